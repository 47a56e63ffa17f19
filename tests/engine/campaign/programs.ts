/** The programs of the campaigns, as their authors write them. */
import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { foreignKeypairs } from "../../campaign/disturbance";
import * as identity from "../../campaign/identity/program";
import { CloudPhoneKeypairBinding, Keypair, KeypairSet } from "../host";
import {
  bindingName,
  givenName,
  holderName,
  keypairArgs,
  keypairName,
  keypairOf,
  setArgs,
  type DeclaredBinding,
  type Program,
} from "../../campaign/program";
import { customTimeouts, groupType, type ProgramsOf } from "./engineDriver";

export const plainPrograms: ProgramsOf<Program> = {
  written: (program, serverIds) => () => {
    const { keypairs, bindings } = program;
    const sets = new Map(
      [...setArgs(program)].map(([name, args]) => [name, new KeypairSet(name, args, { customTimeouts })]),
    );
    const made = keypairs.map((declared, place): MadeKeypair | undefined => {
      if (declared === undefined) return undefined;
      const resource = sets.get(holderName(declared, place));
      if (resource === undefined) {
        const key = new Keypair(keypairName(place), keypairArgs(declared, place), { customTimeouts });
        return { resource: key, name: key.name, fingerprint: key.fingerprint };
      }
      const name = givenName(declared, place) ?? "";
      return { resource, name, fingerprint: resource.fingerprints.apply((all) => all[name] ?? "") };
    });
    bindings.forEach((declared, place) => {
      if (declared === undefined) return;
      const keys = [...new Set(declared.servers.map((server) => made[keypairOf(declared, server)]))].flatMap(
        (key) => key ?? [],
      );
      const args = {
        ...(declared.stride === undefined ? oneForAll(declared, keys[0]) : oneForEach(declared, keys)),
        deletionPolicy: declared.restores ? ("restore" as const) : undefined,
      };
      // The name of a key pair in a set is a plain text, which tells Pulumi nothing of the set.
      const dependsOn = keys.map(({ resource }) => resource);
      new CloudPhoneKeypairBinding(bindingName(place), args, { customTimeouts, dependsOn });
    });
    return Promise.resolve();

    function oneForAll({ servers, fingerprint }: DeclaredBinding, key: MadeKeypair | undefined) {
      return {
        keypairName: key?.name ?? foreignKeypairs.first,
        keypairFingerprint: fingerprint ? key?.fingerprint : undefined,
        serverIds: servers.map(idOf),
      };
    }

    function oneForEach(declared: DeclaredBinding, keys: readonly MadeKeypair[]) {
      const names = declared.servers.map((server) => [
        idOf(server),
        made[keypairOf(declared, server)]?.name ?? foreignKeypairs.first,
      ]);
      const fingerprints = pulumi.all(keys.map(({ name, fingerprint }) => pulumi.all([name, fingerprint] as const)));
      return {
        keypairNames: Object.fromEntries(names) as Record<string, pulumi.Input<string>>,
        keypairFingerprints: declared.fingerprint
          ? fingerprints.apply((pairs) => Object.fromEntries(pairs) as Record<string, string>)
          : undefined,
      };
    }

    function idOf(server: number): string {
      return serverIds[server] ?? "";
    }
  },

  adoptable: (program) => [
    ...program.keypairs.map((declared, place) => {
      if (declared === undefined || declared.set !== undefined) return undefined;
      const { adoptExisting = false, key } = declared;
      return adoptExisting && key !== undefined ? givenName(declared, place) : undefined;
    }),
    ...[...setArgs(program).values()].flatMap(({ keypairs, adoptExisting }) =>
      adoptExisting ? Object.keys(keypairs) : [],
    ),
  ],
};

/** What a program knows of a key pair, whichever resource has it. */
interface MadeKeypair {
  readonly resource: pulumi.Resource;
  readonly name: pulumi.Input<string>;
  readonly fingerprint: pulumi.Output<string>;
}

/** A program of names, and when the engine learns of its resources. */
export interface TimedProgram {
  program: identity.Program;
  lateness: readonly number[];
}

export const identityPrograms: ProgramsOf<TimedProgram> = {
  written:
    ({ program: { keypairs, bindings }, lateness }, serverIds) =>
    async () => {
      const group = new pulumi.ComponentResource(groupType, "group");
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
