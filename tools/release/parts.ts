/** What a release consists of. */
import { writeBillOfMaterials } from "./billOfMaterials";
import { writeChecksums } from "./checksums";
import { layOutGoModule } from "./goModule";
import { packJavaLibrary } from "./javaLibrary";
import { packNpmPackage } from "./npmPackage";
import { packPlugin } from "./pluginArchive";
import { packPythonPackage } from "./pythonPackage";

/** By name, what builds a part into a folder. */
export const parts: Record<string, (folder: string) => void | Promise<void>> = {
  npm: packNpmPackage,
  // For the system that this runs on.
  plugin: packPlugin,
  python: packPythonPackage,
  go: layOutGoModule,
  java: packJavaLibrary,
  sbom: writeBillOfMaterials,
  // Of all that is in the folder by then.
  checksums: writeChecksums,
};
