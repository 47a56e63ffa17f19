// The RSA keys that simulated services generate have 1024 bits in tests: to make one of 2048 takes twenty times as long,
// and on a busy machine those that are made one after the other would come too late for whoever asked for them.
const { generateKeyPair } = require("node:crypto");
const { promisify } = require("node:util");

generateKeyPair[promisify.custom] = (type, options) =>
  new Promise((resolve, reject) => {
    generateKeyPair(type, { ...options, modulusLength: 1024 }, (error, publicKey, privateKey) => {
      if (error) reject(error);
      else resolve({ publicKey, privateKey });
    });
  });
