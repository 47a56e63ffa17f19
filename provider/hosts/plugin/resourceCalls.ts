import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { PartialFailure, type Autonaming, type Context, type Resource } from "../../contract";
import { checkFailure, checkFailuresOf } from "../checkFailures";
import { properties, separate, type HostProperties } from "../hostProperties";
import { read, stateToRead } from "../operations";
import { projectOf, recallProject, runInProject, type Beginning } from "../projects";
import { resources } from "../registry";
import { mapsOf, secretEntries, stepsOf } from "../secretEntries";
import { keepSecretInputs } from "../secretInputs";
import { alwaysSecret, outputsWith } from "../secretOutputs";
import { detailedDiff } from "./detailedDiff";
import { RecordedFailure } from "./failures";
import { foreseenState } from "./foreseen";
import { checkFailureMessage, emptyMessage } from "./messages";
import { inputNames } from "./propertyNames";
import type { Session } from "./session";
import { resourceNameOf } from "./urn";
import { received, sent, type Values } from "./values";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

type AnyResource = Resource<Values, Values>;

/** What the engine sends of a resource: its own properties, the host's, and the names of those that are secret. */
interface Known {
  own: Values;
  host: HostProperties;
  secrets: string[];
}

/** The resources of the package. */
export function resourceCalls(session: Session) {
  return {
    check(request: pb.CheckRequest): pb.CheckResponse {
      const urn = request.getUrn();
      const { token, resource } = resourceOf(urn);
      const [olds, news] = [known(token, request.getOlds()), known(token, request.getNews())];
      const response = new pb.CheckResponse();
      const { problems: unusable } = session;
      if (unusable.length > 0) {
        response.setInputs(request.getNews());
        response.setFailuresList(unusable.map(checkFailure).map(checkFailureMessage));
        return response;
      }
      const { cloud, fleets } = session.connected();
      const isNew = Object.keys(olds.own).length === 0;
      const { inputs, problems } = resource.check(isNew ? undefined : olds.own, news.own, {
        declared: session.declare(urn),
        region: cloud.settings.region,
        record: fleets.record,
        autonaming: autonamingOf(request),
      });
      response.setInputs(sentOf(token, inputs, [...news.secrets, ...alwaysSecret(token)]));
      response.setFailuresList(checkFailuresOf(problems).map(checkFailureMessage));
      return response;
    },

    diff(request: pb.DiffRequest): pb.DiffResponse {
      const urn = request.getUrn();
      const { token, resource } = resourceOf(urn);
      const [olds, news] = [known(token, request.getOlds()), known(token, request.getNews())];
      const account = session.connected();
      recallProject(account, olds.own, olds.host);
      const context = { declared: session.declared(urn), record: account.fleets.record };
      const difference = resource.diff(olds.own, news.own, context);
      const changed = [...new Set([...difference.changed, ...openSecrets(olds, news)])];
      const response = new pb.DiffResponse();
      const { DIFF_SOME, DIFF_NONE } = pb.DiffResponse.DiffChanges;
      response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
      response.setDiffsList(changed);
      response.setReplacesList(difference.replaces);
      response.setStablesList(difference.stables);
      response.setDeletebeforereplace(difference.deleteBeforeReplace);
      response.setHasdetaileddiff(true);
      const details = response.getDetaileddiffMap();
      for (const [path, detail] of detailedDiff(token, { ...difference, changed }, olds.own, news.own))
        details.set(path, detail);
      return response;
    },

    async create(request: pb.CreateRequest): Promise<pb.CreateResponse> {
      const urn = request.getUrn();
      const { token, resource } = resourceOf(urn);
      const inputs = known(token, request.getProperties());
      const secrets = secretOutputs(token, inputs);
      const response = new pb.CreateResponse();
      if (request.getPreview()) {
        response.setProperties(sentOf(token, foreseenState(token, inputs.own), secrets));
        return response;
      }
      const beginning = { kind: "create", seconds: request.getTimeout(), known: {}, project: {} } as const;
      const { id, state } = await run(urn, beginning, { inputs, secrets }, (context) =>
        session.operations.create(resource, context, inputs.own),
      );
      response.setId(id);
      response.setProperties(recorded(token, state, inputs.host, secrets));
      return response;
    },

    async read(request: pb.ReadRequest): Promise<pb.ReadResponse> {
      const urn = request.getUrn();
      const { token, resource } = resourceOf(urn);
      const [before, inputs] = [known(token, request.getProperties()), known(token, request.getInputs())];
      const beginning = { kind: "read", known: before.own, project: before.host } as const;
      const found = await run(urn, beginning, undefined, (context) =>
        read(resource, context, request.getId(), stateToRead(before.own)),
      );
      const response = new pb.ReadResponse();
      // Without an id: what the state knows is gone.
      if (found === undefined) return response;
      response.setId(found.id);
      const secrets = [...secretOutputs(token, inputs), ...before.secrets];
      response.setProperties(recorded(token, found.state, before.host, secrets));
      response.setInputs(sentOf(token, found.inputs, [...inputs.secrets, ...alwaysSecret(token)]));
      return response;
    },

    async update(request: pb.UpdateRequest): Promise<pb.UpdateResponse> {
      const urn = request.getUrn();
      const { token, resource } = resourceOf(urn);
      const [olds, inputs] = [known(token, request.getOlds()), known(token, request.getNews())];
      const secrets = secretOutputs(token, inputs);
      const response = new pb.UpdateResponse();
      if (request.getPreview()) {
        const { record } = session.connected().fleets;
        const { stables } = resource.diff(olds.own, inputs.own, { record });
        const staying = Object.fromEntries(stables.map((name) => [name, olds.own[name]]));
        response.setProperties(sentOf(token, foreseenState(token, inputs.own, staying), secrets));
        return response;
      }
      const seconds = request.getTimeout();
      const beginning = { kind: "update", seconds, known: olds.own, project: olds.host } as const;
      const state = await run(urn, beginning, { inputs, secrets }, (context) =>
        session.operations.update(resource, context, request.getId(), olds.own, inputs.own),
      );
      response.setProperties(recorded(token, state, olds.host, secrets));
      return response;
    },

    async delete(request: pb.DeleteRequest): Promise<unknown> {
      const urn = request.getUrn();
      const { token, resource } = resourceOf(urn);
      const { own, host } = known(token, request.getProperties());
      const beginning = { kind: "delete", seconds: request.getTimeout(), known: own, project: host } as const;
      await run(urn, beginning, undefined, (context) => resource.delete(context, request.getId(), own));
      return emptyMessage();
    },
  };

  /** Runs one operation. `told` is what a partial failure records beside the state. */
  async function run<Result>(
    urn: string,
    beginning: Beginning,
    told: { inputs: Known; secrets: string[] } | undefined,
    operate: (context: Context) => Promise<Result>,
  ): Promise<Result> {
    const { token, resource, logicalName } = resourceOf(urn);
    // What is read or deleted is what the state knows, whether or not the program declares the same.
    const isDeclared = beginning.kind === "create" || beginning.kind === "update";
    const declared = isDeclared ? session.declared(urn) : undefined;
    const given = { ...session.connected(), ownLog: session.logOf(urn), logicalName, declared };
    try {
      return await runInProject(session.operations, resource, beginning, given, operate);
    } catch (error) {
      // The engine records nothing with the failure of a deletion.
      if (!(error instanceof PartialFailure) || told === undefined) throw error;
      const { id, state, reasons, message } = error as PartialFailure<Values>;
      const inputs = sentOf(token, told.inputs.own, told.inputs.secrets);
      const failed = { id, state: recorded(token, state, beginning.project, told.secrets), inputs, reasons };
      throw new RecordedFailure(failed, message);
    }
  }

  /** A state as the engine takes it. */
  function recorded(token: string, state: Values, host: HostProperties, secrets: string[]): Struct {
    const __project = projectOf(session.connected(), state, host);
    return sentOf(token, properties(state, { __project }), secrets);
  }
}

/** Values of a resource as the engine takes them: beside those of the given names what is always secret within maps. */
function sentOf(token: string, values: object, secrets: string[]): Struct {
  return sent(values, [...secrets, ...secretEntries(token, values as Values)]);
}

/** What arrives, with its secrets kept out of messages. */
function known(token: string, struct: Struct | undefined): Known {
  const { values, secrets } = received(struct, mapsOf(token));
  // Outputs that are secret may show what is none as well, such as the name of a server's key pair.
  const inputs = inputNames(token);
  keepSecretInputs(
    values,
    secrets.filter((name) => inputs.includes(stepsOf(name)[0] ?? "")),
  );
  const { inputs: own, host } = separate(values);
  return { own, host, secrets };
}

/**
 * How the stack's configuration has a new resource named. The engine proposes a name and says nothing of how much of it is random, so that
 * it may be taken already.
 */
function autonamingOf(request: pb.CheckRequest): Autonaming | undefined {
  const name = request.getAutonaming()?.getProposedName();
  if (name === undefined) return undefined;
  return name === "" ? { isUnique: false } : { name, isUnique: false };
}

/** What is secret in the state of a resource with these inputs. */
function secretOutputs(token: string, { secrets }: Known): string[] {
  return [...alwaysSecret(token), ...outputsWith(secrets)];
}

/** What the state has in plain text, and the program now gives as a secret, or has made of one: an update encrypts it. */
function openSecrets(olds: Known, news: Known): string[] {
  return outputsWith(news.secrets).filter((name) => olds.own[name] !== undefined && !olds.secrets.includes(name));
}

function resourceOf(urn: string): { token: string; logicalName: string; resource: AnyResource } {
  const { token, logicalName } = resourceNameOf(urn);
  const resource = (resources as unknown as Partial<Record<string, AnyResource>>)[token];
  if (resource === undefined) throw new Error(`${token} is not a resource of this package.`);
  return { token, logicalName, resource };
}
