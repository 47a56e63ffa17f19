import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { provideEngine } from "./provide";

const pinned = /pkg\/v3 v3\.(\d+)\./.exec(readFileSync(join(__dirname, "go.mod"), "utf8"))?.[1] ?? "";

/** A stand-in for Go that makes the files it is asked for, and notes that it was called. */
const goScript = `#!/bin/sh
echo called >> "$GO_CALLS"
while [ "$1" != -o ]; do shift; done
: > "$2/pulumi"
: > "$2/pulumi-language-yaml"
`;

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "provide-engine-")));
  jest.spyOn(console, "error").mockImplementation();
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  jest.restoreAllMocks();
});

function writeScript(path: string, text: string): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text, { mode: 0o755 });
}

function installPulumi(path: string, version: string): void {
  writeScript(`${path}/pulumi`, `#!/bin/sh\necho ${version}\n`);
  writeScript(`${path}/pulumi-language-yaml`, "");
  writeScript(`${path}/pulumi-resource-pulumi-nodejs`, "");
}

/** Only what a test has written into these folders is on PATH. */
function environment(...path: string[]): NodeJS.ProcessEnv {
  return {
    PATH: path.map((name) => join(folder, name)).join(delimiter),
    XDG_CACHE_HOME: join(folder, "cache"),
    GO_CALLS: join(folder, "go-calls"),
  };
}

function cachedEngines(): string[] {
  return readdirSync(join(folder, "cache", "huaweicloud-cph", "engine"));
}

describe("an installed Pulumi", () => {
  test.each([`v3.${pinned}.0`, `v3.${Number(pinned) + 1}.4`])("is taken when it is new enough: %s", (version) => {
    installPulumi("installed", version);
    expect(provideEngine(environment("installed"))).toBe(join(folder, "installed"));
  });

  test("is taken from where a link on PATH leads", () => {
    installPulumi("installed", `v3.${pinned}.0`);
    mkdirSync(join(folder, "bin"));
    symlinkSync(join(folder, "installed", "pulumi"), join(folder, "bin", "pulumi"));
    expect(provideEngine(environment("bin"))).toBe(join(folder, "installed"));
  });

  test.each([`v3.${Number(pinned) - 1}.9`, "v4.999.0", "unknown"])("is left alone otherwise: %s", (version) => {
    installPulumi("installed", version);
    writeScript("go/go", goScript);
    expect(provideEngine(environment("installed", "go"))).toContain(join(folder, "cache"));
  });

  test("is left alone when its plugins are missing", () => {
    writeScript("installed/pulumi", `#!/bin/sh\necho v3.${pinned}.0\n`);
    writeScript("go/go", goScript);
    expect(provideEngine(environment("installed", "go"))).toContain(join(folder, "cache"));
  });
});

describe("a built Pulumi", () => {
  test("is complete, and is built once", () => {
    writeScript("go/go", goScript);
    const engine = provideEngine(environment("go"));

    expect(readdirSync(engine).sort()).toEqual(["pulumi", "pulumi-language-yaml", "pulumi-resource-pulumi-nodejs"]);
    expect(provideEngine(environment("go"))).toBe(engine);
    expect(readFileSync(join(folder, "go-calls"), "utf8")).toBe("called\n");
  });

  test("gives way to one that was built at the same time", () => {
    writeScript("go/go", goScript);
    const engine = provideEngine(environment("go"));
    rmSync(engine, { recursive: true });
    writeScript("go/go", `${goScript}/bin/mkdir -p "${engine}/rival"\n`);

    expect(provideEngine(environment("go"))).toBe(engine);
    expect(readdirSync(engine)).toEqual(["rival"]);
    expect(cachedEngines()).toHaveLength(1);
  });

  test("leaves nothing behind when the build fails", () => {
    writeScript("go/go", "#!/bin/sh\nexit 1\n");
    expect(() => provideEngine(environment("go"))).toThrow(/go build failed/);
    expect(cachedEngines()).toEqual([]);
  });

  test("cannot be had without Go", () => {
    expect(() => provideEngine(environment())).toThrow(/install Go >= 1\.\d+, or Pulumi >= v3\.\d+/);
  });
});
