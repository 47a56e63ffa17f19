import { asSentence } from "./text";

test.each([
  ["it is wrong", "it is wrong."],
  ["it is wrong.", "it is wrong."],
  ["没有操作权限。", "没有操作权限."],
  ["it is wrong.:", "it is wrong."],
  ["it is wrong,", "it is wrong."],
  ['did you mean "kms"?', 'did you mean "kms"?'],
  ["stop!", "stop!"],
  ["it is cut off…", "it is cut off…."],
])("%j as a sentence is %j", (text, sentence) => {
  expect(asSentence(text)).toBe(sentence);
});
