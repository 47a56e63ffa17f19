import { ProgramInfo, RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { nodeProgram } from "./nodeProgram";

function runRequest(): RunRequest {
  const request = new RunRequest()
    .setProject("fleet")
    .setStack("dev")
    .setOrganization("organization")
    .setPwd(__dirname)
    .setProgram(".")
    .setArgsList(["127.0.0.1:1000"])
    .setMonitorAddress("127.0.0.1:2000")
    .setParallel(8)
    .setInfo(new ProgramInfo().setRootDirectory("/fleet"))
    .setConfigsecretkeysList(["fleet:password"]);
  request.getConfigMap().set("fleet:password", "open sesame").set("fleet:size", "3");
  return request;
}

describe("nodeProgram", () => {
  test("hands the run to the SDK of the project", () => {
    const { args, cwd } = nodeProgram(runRequest());

    expect(cwd).toBe(__dirname);
    expect(args).toEqual([
      require.resolve("@pulumi/pulumi/cmd/run"),
      "--monitor=127.0.0.1:2000",
      "--engine=127.0.0.1:1000",
      "--organization=organization",
      "--project=fleet",
      "--stack=dev",
      "--root-directory=/fleet",
      `--pwd=${__dirname}`,
      "--parallel=8",
      ".",
    ]);
  });

  test("tells a preview from an update", () => {
    expect(nodeProgram(runRequest().setDryrun(true)).args).toContain("--dry-run");
  });

  test("passes the configuration in the environment, and never as an argument", () => {
    const { args, env } = nodeProgram(runRequest());

    expect(env).toEqual({
      PULUMI_CONFIG: '{"fleet:password":"open sesame","fleet:size":"3"}',
      PULUMI_CONFIG_SECRET_KEYS: '["fleet:password"]',
      PULUMI_NODEJS_TYPESCRIPT: "true",
    });
    expect(args.join(" ")).not.toContain("open sesame");
  });
});
