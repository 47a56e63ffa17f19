/** The programs of the campaigns, as their authors write them. */
import { setTimeout as sleep } from "node:timers/promises";
import { ComponentResource } from "@pulumi/pulumi";
import { foreignKeypairs } from "../../campaign/disturbance";
import * as identity from "../../campaign/identity/program";
import { CloudPhoneKeypairBinding, Keypair } from "../host";
import { bindingName, givenName, keypairArgs, keypairName, type Program } from "../../campaign/program";
import { customTimeouts, groupType, type ProgramsOf } from "./engineDriver";

export const plainPrograms: ProgramsOf<Program> = {
  written:
    ({ keypairs, bindings }, serverIds) =>
    () => {
      const made = keypairs.map(
        (declared, place) =>
          declared && new Keypair(keypairName(place), keypairArgs(declared, place), { customTimeouts }),
      );
      bindings.forEach((declared, place) => {
        if (declared === undefined) return;
        const key = made[declared.keypair];
        const args = {
          keypairName: key?.name ?? foreignKeypairs.first,
          keypairFingerprint: declared.fingerprint ? key?.fingerprint : undefined,
          serverIds: declared.servers.map((server) => serverIds[server] ?? ""),
          deletionPolicy: declared.restores ? ("restore" as const) : undefined,
        };
        new CloudPhoneKeypairBinding(bindingName(place), args, { customTimeouts });
      });
      return Promise.resolve();
    },

  adoptable: ({ keypairs }) =>
    keypairs.map((declared, place) => {
      const { adoptExisting = false, key } = declared ?? {};
      return declared && adoptExisting && key !== undefined ? givenName(declared, place) : undefined;
    }),
};

/** A program of names, and when the engine learns of its resources. */
export interface TimedProgram {
  program: identity.Program;
  lateness: readonly number[];
}

export const identityPrograms: ProgramsOf<TimedProgram> = {
  written:
    ({ program: { keypairs, bindings }, lateness }, serverIds) =>
    async () => {
      const group = new ComponentResource(groupType, "group");
      const made: Record<string, Keypair> = {};
      const delays = [...lateness];
      for (const [logicalName, declared] of Object.entries(keypairs)) {
        await sleep(delays.shift() ?? 0);
        const { after = "", deleteBeforeReplace } = declared;
        made[logicalName] = new Keypair(
          logicalName.replace("-grouped", ""),
          { ...identity.keypairArgs(declared), description: made[after]?.fingerprint },
          { customTimeouts, deleteBeforeReplace, parent: logicalName.endsWith("-grouped") ? group : undefined },
        );
      }
      for (const [logicalName, bound] of Object.entries(bindings)) {
        await sleep(delays.shift() ?? 0);
        const key = made[bound.keypair];
        const literal = bound.isLiteral ? keypairs[bound.keypair]?.name : undefined;
        const args = {
          keypairName: literal ?? key?.name ?? "",
          keypairFingerprint: literal === undefined && bound.fingerprint ? key?.fingerprint : undefined,
          serverIds: bound.servers.map((server) => serverIds[server] ?? ""),
          deletionPolicy: bound.restores ? ("restore" as const) : undefined,
        };
        new CloudPhoneKeypairBinding(logicalName, args, { customTimeouts });
      }
    },

  adoptable: ({ program }) =>
    Object.values(program.keypairs).map(({ name, key, adoptExisting }) =>
      adoptExisting && key !== undefined ? name : undefined,
    ),
};
