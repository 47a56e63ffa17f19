import { request as sendPlain, type ClientRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as sendSecure } from "node:https";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** Sockets that are connected, and whose certificate is accepted. */
const readySockets = new WeakSet<Socket>();

/**
 * Follows a request up to the moment from which it can arrive: when its connection stands, and over TLS only once the certificate is
 * accepted. Node holds back all that is written before. Errors alone do not tell that: their codes are many, and a proxy that refuses
 * to connect looks like an answer of the service.
 */
export class Dispatch {
  /** Whether the request can have arrived. */
  mayHaveArrived = false;
  private socket?: Socket;

  /** Sends a request, which fails where its connection does not stand in time; in milliseconds. */
  send(options: RequestOptions, connectTimeout: number, onAnswer: (answer: IncomingMessage) => void): ClientRequest {
    const isSecure = options.protocol === "https:";
    const request = (isSecure ? sendSecure : sendPlain)(options, onAnswer);
    // The timeouts of requests and sockets run only once these are connected, and a request without a socket does not tell its end.
    const timer = setTimeout(() => {
      request.emit("error", new Error(`no connection within ${connectTimeout / 1000} s`));
      request.destroy();
    }, connectTimeout);
    // A request that was stopped before it got a socket may not tell that it has ended.
    timer.unref();
    const leave = () => {
      clearTimeout(timer);
      this.mayHaveArrived = true;
    };
    request.once("close", () => {
      clearTimeout(timer);
    });
    request.once("socket", (socket) => {
      this.socket = socket;
      // A proxy's refusal to connect is shown on a socket of another kind, which leads nowhere.
      if (isSecure && !(socket instanceof TLSSocket)) return;
      if (readySockets.has(socket) || (!isSecure && !socket.connecting)) {
        leave();
      } else {
        socket.once(isSecure ? "secureConnect" : "connect", () => {
          readySockets.add(socket);
          leave();
        });
      }
    });
    return request;
  }

  /** Whether the request was kept back because the certificate is not accepted. */
  get isCertificateRefused(): boolean {
    // Not null, as it is documented, but undefined or null where there is no error.
    return !this.mayHaveArrived && this.socket instanceof TLSSocket && Boolean(this.socket.authorizationError);
  }
}
