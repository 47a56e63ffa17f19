/**
 * A stack whose program is a plain declaration, so that a test can compare it with the cloud and with the state after whatever went
 * wrong.
 */
import type { CustomTimeouts } from "@pulumi/pulumi";
import type { ConfigMap, UpOptions } from "@pulumi/pulumi/automation";
import type { KeypairArgs } from "pulumi-huaweicloud-cph";
import type { TestCloud } from "../cloud";
import { createWorkspace, type EngineWorkspace } from "../harness";
import { CloudPhoneKeypairBinding, Keypair } from "../host";
import type { EngineRun, InlineStack } from "../harnessInline";

/** What a program declares, by the names that the resources have in it. */
export interface Declaration {
  readonly keypairs?: Readonly<Record<string, DeclaredKeypair>>;
  readonly bindings?: Readonly<Record<string, DeclaredBinding>>;
  /** Of all resources. */
  readonly customTimeouts?: CustomTimeouts;
}

/** A key pair as a declaration has it: what the cloud is compared with is plain text. */
export interface DeclaredKeypair extends KeypairArgs {
  publicKey?: string;
  description?: string;
}

/** A binding as a declaration has it. */
export interface DeclaredBinding {
  /** The name that the key pair has in the program. */
  readonly keypair: string;
  readonly serverIds: readonly string[];
  readonly deletionPolicy?: "retain" | "restore";
}

/** The program and its stack. */
export class DeclaredStack {
  private constructor(
    readonly workspace: EngineWorkspace,
    readonly engine: InlineStack,
    /** What the program declares at present. */
    public declaration: Declaration,
  ) {}

  /** Makes the stack; its settings are those of the cloud, except where others are given. */
  static async create(
    cloud: Pick<TestCloud, "config">,
    declaration: Declaration,
    config: ConfigMap = {},
  ): Promise<DeclaredStack> {
    const workspace = createWorkspace();
    const stack = await workspace.createStack(programOf(declaration), { ...cloud.config, ...config });
    return new DeclaredStack(workspace, stack, declaration);
  }

  /** The user's next edit. */
  declare(declaration: Declaration): void {
    this.declaration = declaration;
    this.engine.setProgram(programOf(declaration));
  }

  /** Runs `pulumi up`, which has to succeed. */
  up(): Promise<EngineRun> {
    return this.engine.up();
  }

  /**
   * Runs `pulumi up`, which has to fail, and gives back what went wrong: error messages by the resource's name in the program. The
   * engine goes on after the first of them, or which ones it begins would be chance.
   */
  async failingUp(options: UpOptions = {}): Promise<Record<string, string>> {
    return errorsOf(await this.engine.up({ continueOnError: true, ...options, exitCode: 1 }));
  }
}

function programOf({ keypairs = {}, bindings = {}, customTimeouts }: Declaration): () => Promise<void> {
  return () => {
    const declared = new Map(
      Object.entries(keypairs).map(([name, args]) => [name, new Keypair(name, args, { customTimeouts })]),
    );
    for (const [name, { keypair, serverIds, deletionPolicy }] of Object.entries(bindings)) {
      const key = declared.get(keypair);
      const args = {
        keypairName: key?.name ?? keypair,
        keypairFingerprint: key?.fingerprint,
        serverIds: [...serverIds],
        deletionPolicy,
      };
      new CloudPhoneKeypairBinding(name, args, { customTimeouts });
    }
    return Promise.resolve();
  };
}

/** What a run reports as errors, by the name that the resource has in the program; those of no resource under "". */
export function errorsOf({ events }: EngineRun): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { diagnosticEvent } of events) {
    if (diagnosticEvent?.severity !== "error") continue;
    const name = diagnosticEvent.urn?.split("::").at(-1) ?? "";
    errors[name] = (errors[name] ?? "") + diagnosticEvent.message;
  }
  return errors;
}
