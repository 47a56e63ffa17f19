import { advised, type InputAdvice } from "../inputAdvice";

/** What to do with a key pair's inputs where the service refuses them. */
export const keypairAdvice: InputAdvice = {
  otherPrivateKey: "Give the private key that belongs to `publicKey`.",
};

/** Runs what sends the inputs; what the service refuses comes with advice on them. */
export async function advising<T>(send: Promise<T>): Promise<T> {
  try {
    return await send;
  } catch (error) {
    throw advised(error, keypairAdvice);
  }
}
