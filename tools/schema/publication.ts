/**
 * What schema.json tells the registry and the SDKs of the package's publication. Its version, licence and repository stand in package.json
 * alone.
 */
import manifest from "../../package.json";

const repository = manifest.repository.url.replace(/^git\+|\.git$/g, "");
const { host, pathname } = new URL(repository);
const [owner = "", name = ""] = pathname.split("/").slice(1);

/** Where the Go module of the SDK is imported from. */
export const goModule = `${host}${pathname}/sdk/go/huaweicloudcph`;

/** The group of the Java SDK in Maven repositories. A package of Java cannot hold what a group can. */
export const javaGroup = `io.github.${owner}`;

/** Properties of the whole package. */
export const publication = {
  version: manifest.version,
  license: manifest.license,
  homepage: manifest.homepage,
  repository,
  logoUrl: `https://raw.githubusercontent.com/${owner}/${name}/main/docs/logo.svg`,
  publisher: owner,
  pluginDownloadURL: `github://api.${host}/${owner}/${name}`,
};

/** Properties of the package in one language. */
export const publicationByLanguage = {
  nodejs: { packageName: manifest.name },
  go: { importBasePath: goModule },
  java: { basePackage: javaGroup.replaceAll("-", "") },
};
