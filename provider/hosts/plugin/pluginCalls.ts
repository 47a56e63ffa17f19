import { PluginInfo, type PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import packageSchema from "../../../schema.json";
import { EngineLog } from "./engineLog";
import { emptyMessage } from "./messages";
import type { Session } from "./session";

/** The plugin itself: what it is, where the engine listens, and when the engine wants it to end. */
export function pluginCalls(session: Session) {
  return {
    handshake(request: pb.ProviderHandshakeRequest): pb.ProviderHandshakeResponse {
      session.engine = new EngineLog(request.getEngineAddress());
      const response = new pb.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    },

    /** A plugin that was started for debugging is told later. */
    attach(request: PluginAttach): unknown {
      session.engine = new EngineLog(request.getAddress());
      return emptyMessage();
    },

    getPluginInfo(): PluginInfo {
      const info = new PluginInfo();
      info.setVersion(packageSchema.version);
      return info;
    },

    getSchema(): pb.GetSchemaResponse {
      const response = new pb.GetSchemaResponse();
      response.setSchema(JSON.stringify(packageSchema));
      return response;
    },

    /** Comes with an interrupt, and at the end of every run. The engine records what operations end with. */
    cancel(): unknown {
      session.operations.stop();
      return emptyMessage();
    },
  };
}
