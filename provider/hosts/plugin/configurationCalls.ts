import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { configurationNames, secretConfigurationNames } from "../../schema/configurationNames";
import { holdsUnknown } from "../../schema/unknown";
import { Accounts, problemsOf, type Configuration } from "../account";
import { checkFailure } from "../checkFailures";
import { holdCredentials } from "../ownCredentials";
import { keepSecretInputs } from "../secretInputs";
import { namespace, unknownSettings } from "../unknownSettings";
import { checkFailureMessage } from "./messages";
import type { Session } from "./session";
import { received, sent, type Received, type Values } from "./values";

/** What the engine keeps for itself among the settings of a provider. */
const namesOfEngine = ["version", "pluginDownloadURL", "pluginChecksums", "parameterization", "__internal"];

/** Settings of a provider: those of the stack's configuration, or those that the program gives one that it makes itself. */
export function configurationCalls(session: Session) {
  return {
    checkConfig(request: pb.CheckRequest): pb.CheckResponse {
      const given = received(request.getNews());
      const configuration = configurationOf(given, request.getName());
      const response = new pb.CheckResponse();
      response.setInputs(sent(given.values, [...given.secrets, ...secretConfigurationNames]));
      response.setFailuresList(
        problemsOfConfiguration(given.values, configuration).map(checkFailure).map(checkFailureMessage),
      );
      return response;
    },

    /** Other credentials make no other resources; another region, which resources get from here, replaces them one by one. */
    diffConfig(request: pb.DiffRequest): pb.DiffResponse {
      const [olds, news] = [request.getOldInputs(), request.getNews()].map((struct) => received(struct).values);
      const changed = changedNames(olds ?? {}, news ?? {});
      const response = new pb.DiffResponse();
      response.setChanges(changed.length > 0 ? changes.DIFF_SOME : changes.DIFF_NONE);
      response.setDiffsList(changed);
      return response;
    },

    configure(request: pb.ConfigureRequest): pb.ConfigureResponse {
      const configuration = configurationOf(received(request.getArgs()), request.getName() ?? "");
      session.configure(new Accounts().of(configuration));
      const response = new pb.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    },
  };
}

const changes = pb.DiffResponse.DiffChanges;

/** The engine makes default providers; others are the program's own. */
function isExplicit(providerName: string): boolean {
  return !/^default(_|$)/.test(providerName);
}

function configurationOf({ values, secrets }: Received, providerName: string): Configuration {
  keepSecretInputs(values, [...secrets, ...secretConfigurationNames]);
  const settings = Object.fromEntries(configurationNames.map((name) => [name, values[name]]));
  return { values: settings, hasOwnCredentials: isExplicit(providerName) && holdCredentials(settings) };
}

function problemsOfConfiguration(given: Values, configuration: Configuration): string[] {
  const names = Object.keys(given).filter((name) => !namesOfEngine.includes(name));
  const misspelt = unknownSettings(names.map((name) => `${namespace}${name}`));
  if (misspelt.length > 0 || holdsUnknown(configuration.values)) return misspelt;
  return problemsOf(new Accounts().of(configuration));
}

/** Settings that differ. A dynamic provider, from which a stack may come, has them under longer names. */
function changedNames(olds: Values, news: Values): string[] {
  return configurationNames.filter((name) => {
    const before = olds[name] ?? olds[`${namespace}${name}`];
    return JSON.stringify(before) !== JSON.stringify(news[name]);
  });
}
