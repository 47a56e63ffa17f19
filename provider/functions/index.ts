export { getKeypair } from "./getKeypair";
export { getKeypairs } from "./getKeypairs";
export { getServers } from "./getServers";
