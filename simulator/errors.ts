import type { Variants } from "./variants";

/** The services that are played. */
export type Service = "kps" | "cph" | "iam" | "metadata";

/** An error as a service, or the gateway in front of all services, answers it. */
export class ApiError extends Error {
  constructor(
    readonly source: Service | "gateway",
    readonly status: number,
    /** As the vendor lists it; the gateway's without its prefix. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** An error of the gateway; `code` is the number alone, such as "0301". */
export function gatewayError(status: number, code: string, message: string): ApiError {
  return new ApiError("gateway", status, code, message);
}

/** An error of the key pair service. */
export function kpsError(status: number, code: string, message: string): ApiError {
  return new ApiError("kps", status, code, message);
}

/** An error of Identity and Access Management. */
export function iamError(status: number, message: string): ApiError {
  return new ApiError("iam", status, String(status), message);
}

/** An error of the metadata service of a machine. */
export function metadataError(status: number, message: string): ApiError {
  return new ApiError("metadata", status, String(status), message);
}

/** An error of the Cloud Phone service. */
export function cphError(code: string, message: string, status = 400): ApiError {
  return new ApiError("cph", status, code, message);
}

/** The message of what was thrown, also where that is no error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** HTTP statuses of CPH errors that no source confirms, but that go with what the errors mean. */
const inferredStatuses: Readonly<Record<string, number>> = {
  "CPS.0001": 403,
  "CPS.0015": 404,
  "CPS.0159": 404,
};

/** The HTTP status of an error's answer. */
export function statusOf(error: ApiError, variants: Variants): number {
  const inferred = error.source === "cph" ? inferredStatuses[error.code] : undefined;
  return inferred === undefined || variants.cphStatuses === "400" ? error.status : inferred;
}

/** The code as it appears in an answer. */
export function spelledCode(error: ApiError, variants: Variants): string {
  switch (error.source) {
    case "gateway":
      return `${variants.gatewayPrefix}.${error.code}`;
    case "cph":
      return spelledCphCode(error.code, variants);
    default:
      return error.code;
  }
}

/** A CPH code with or without its dot. */
export function spelledCphCode(code: string, variants: Variants): string {
  return variants.cphCodeSpelling === "CPS0005" ? code.replace(".", "") : code;
}

/** The body of an error's answer: each service has its own envelope. */
export function errorBody(error: ApiError, requestId: string, variants: Variants): unknown {
  const code = spelledCode(error, variants);
  switch (error.source) {
    case "kps":
      return { error_code: code, error_msg: kpsMessage(error, variants) };
    case "cph":
      return { request_id: requestId, error_code: code, error_msg: error.message };
    case "iam":
      return { error: { code: error.status, message: error.message, title: iamTitles[error.status] ?? "Error" } };
    case "metadata":
      return { error: { code: error.status, message: error.message } };
    case "gateway":
      return { error_msg: error.message, error_code: code, request_id: requestId };
  }
}

const iamTitles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
};

const chineseMessages: Readonly<Record<string, string>> = {
  "KPS.0002": "参数错误。",
  "KPS.0006": "用户不存在。",
  "KPS.4016": "密钥对不存在。",
  "KPS.6004": "未找到密钥对。",
  "KPS.6005": "未托管私钥。",
  "KPS.6011": "导入的私钥与公钥不匹配。",
  "KPS.7004": "密钥对已存在。",
  "KPS.9003": "没有操作权限。",
};

function kpsMessage(error: ApiError, variants: Variants): string {
  return variants.kpsLanguage === "chinese" ? (chineseMessages[error.code] ?? "请求失败。") : error.message;
}
