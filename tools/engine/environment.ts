/** The environment in which a tool runs the engine. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** How a simulated cloud is reached. */
export interface SimulatedCloud {
  readonly url: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
}

/**
 * The environment without credentials and settings of whoever runs this. All that the engine writes, down to the state of the
 * stack with the given name, goes into the workspace, a folder that exists.
 */
export function engineEnvironment(workspace: string, stack: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(HW|HUAWEICLOUD|PULUMI)_/.test(name));
  const backend = join(workspace, "backend");
  mkdirSync(backend, { recursive: true });
  return {
    ...Object.fromEntries(own),
    HOME: workspace,
    PULUMI_HOME: join(workspace, "pulumi"),
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "passphrase",
    PULUMI_STACK: stack,
    PULUMI_SKIP_UPDATE_CHECK: "1",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
    // Types are checked by the tests.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
  };
}

/** What makes the provider use a simulated cloud. */
export function cloudEnvironment({ url, accessKey, secretKey, region }: SimulatedCloud): NodeJS.ProcessEnv {
  return {
    HW_REGION_NAME: region,
    HW_ACCESS_KEY: accessKey,
    HW_SECRET_KEY: secretKey,
    HW_ENDPOINT_KMS: url,
    HW_ENDPOINT_CPH: url,
    HW_ENDPOINT_IAM: url,
  };
}
