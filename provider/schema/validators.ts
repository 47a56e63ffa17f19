// @ts-nocheck
// Generated from schema.json by `npm run generate`. A test fails where the two differ.
export const Configuration = validate11;
const schema12 = {"type":"object","properties":{"region":{"type":"string"},"accessKey":{"type":"string"},"secretKey":{"type":"string"},"securityToken":{"type":"string"},"token":{"type":"string"},"domainId":{"type":"string"},"domainName":{"type":"string"},"userId":{"type":"string"},"userName":{"type":"string"},"password":{"type":"string"},"projectId":{"type":"string"},"projectName":{"type":"string"},"authUrl":{"type":"string"},"cloud":{"default":"myhuaweicloud.com","type":"string"},"endpoints":{"$ref":"#/definitions/Endpoints"},"insecure":{"default":false,"type":"boolean"},"maxRetries":{"default":5,"minimum":0,"type":"integer"},"sharedConfigFile":{"default":"~/.hcloud/config.json","type":"string"},"profile":{"type":"string"},"serversPerCall":{"default":10,"minimum":1,"type":"integer"},"assumeRole":{"$ref":"#/definitions/AssumeRole"},"idpId":{"type":"string"},"idTokenFile":{"type":"string"},"ecsMetadata":{"type":"boolean"}},"required":[],"additionalProperties":false};
const schema13 = {"type":"object","properties":{"kms":{"type":"string"},"cph":{"type":"string"},"iam":{"type":"string"},"metadata":{"type":"string"}},"required":[],"additionalProperties":false};
const schema14 = {"type":"object","properties":{"agencyName":{"type":"string"},"domainName":{"type":"string"},"domainId":{"type":"string"},"duration":{"minimum":900,"maximum":86400,"type":"integer"}},"required":[],"additionalProperties":false};
const func2 = Object.prototype.hasOwnProperty;

function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}: any={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema12.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.region !== undefined){
let data0 = data.region;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/region",schemaPath:"#/properties/region/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.region.type,parentSchema:schema12.properties.region,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.accessKey !== undefined){
let data1 = data.accessKey;
if(typeof data1 !== "string"){
const err2 = {instancePath:instancePath+"/accessKey",schemaPath:"#/properties/accessKey/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.accessKey.type,parentSchema:schema12.properties.accessKey,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.secretKey !== undefined){
let data2 = data.secretKey;
if(typeof data2 !== "string"){
const err3 = {instancePath:instancePath+"/secretKey",schemaPath:"#/properties/secretKey/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.secretKey.type,parentSchema:schema12.properties.secretKey,data:data2};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.securityToken !== undefined){
let data3 = data.securityToken;
if(typeof data3 !== "string"){
const err4 = {instancePath:instancePath+"/securityToken",schemaPath:"#/properties/securityToken/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.securityToken.type,parentSchema:schema12.properties.securityToken,data:data3};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.token !== undefined){
let data4 = data.token;
if(typeof data4 !== "string"){
const err5 = {instancePath:instancePath+"/token",schemaPath:"#/properties/token/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.token.type,parentSchema:schema12.properties.token,data:data4};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.domainId !== undefined){
let data5 = data.domainId;
if(typeof data5 !== "string"){
const err6 = {instancePath:instancePath+"/domainId",schemaPath:"#/properties/domainId/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.domainId.type,parentSchema:schema12.properties.domainId,data:data5};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.domainName !== undefined){
let data6 = data.domainName;
if(typeof data6 !== "string"){
const err7 = {instancePath:instancePath+"/domainName",schemaPath:"#/properties/domainName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.domainName.type,parentSchema:schema12.properties.domainName,data:data6};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.userId !== undefined){
let data7 = data.userId;
if(typeof data7 !== "string"){
const err8 = {instancePath:instancePath+"/userId",schemaPath:"#/properties/userId/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.userId.type,parentSchema:schema12.properties.userId,data:data7};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.userName !== undefined){
let data8 = data.userName;
if(typeof data8 !== "string"){
const err9 = {instancePath:instancePath+"/userName",schemaPath:"#/properties/userName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.userName.type,parentSchema:schema12.properties.userName,data:data8};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.password !== undefined){
let data9 = data.password;
if(typeof data9 !== "string"){
const err10 = {instancePath:instancePath+"/password",schemaPath:"#/properties/password/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.password.type,parentSchema:schema12.properties.password,data:data9};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.projectId !== undefined){
let data10 = data.projectId;
if(typeof data10 !== "string"){
const err11 = {instancePath:instancePath+"/projectId",schemaPath:"#/properties/projectId/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.projectId.type,parentSchema:schema12.properties.projectId,data:data10};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.projectName !== undefined){
let data11 = data.projectName;
if(typeof data11 !== "string"){
const err12 = {instancePath:instancePath+"/projectName",schemaPath:"#/properties/projectName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.projectName.type,parentSchema:schema12.properties.projectName,data:data11};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.authUrl !== undefined){
let data12 = data.authUrl;
if(typeof data12 !== "string"){
const err13 = {instancePath:instancePath+"/authUrl",schemaPath:"#/properties/authUrl/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.authUrl.type,parentSchema:schema12.properties.authUrl,data:data12};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.cloud !== undefined){
let data13 = data.cloud;
if(typeof data13 !== "string"){
const err14 = {instancePath:instancePath+"/cloud",schemaPath:"#/properties/cloud/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.cloud.type,parentSchema:schema12.properties.cloud,data:data13};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.endpoints !== undefined){
let data14 = data.endpoints;
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
for(const key1 in data14){
if(!((((key1 === "kms") || (key1 === "cph")) || (key1 === "iam")) || (key1 === "metadata"))){
const err15 = {instancePath:instancePath+"/endpoints",schemaPath:"#/definitions/Endpoints/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema13,data:data14};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data14.kms !== undefined){
let data15 = data14.kms;
if(typeof data15 !== "string"){
const err16 = {instancePath:instancePath+"/endpoints/kms",schemaPath:"#/definitions/Endpoints/properties/kms/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.properties.kms.type,parentSchema:schema13.properties.kms,data:data15};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data14.cph !== undefined){
let data16 = data14.cph;
if(typeof data16 !== "string"){
const err17 = {instancePath:instancePath+"/endpoints/cph",schemaPath:"#/definitions/Endpoints/properties/cph/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.properties.cph.type,parentSchema:schema13.properties.cph,data:data16};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data14.iam !== undefined){
let data17 = data14.iam;
if(typeof data17 !== "string"){
const err18 = {instancePath:instancePath+"/endpoints/iam",schemaPath:"#/definitions/Endpoints/properties/iam/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.properties.iam.type,parentSchema:schema13.properties.iam,data:data17};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data14.metadata !== undefined){
let data18 = data14.metadata;
if(typeof data18 !== "string"){
const err19 = {instancePath:instancePath+"/endpoints/metadata",schemaPath:"#/definitions/Endpoints/properties/metadata/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.properties.metadata.type,parentSchema:schema13.properties.metadata,data:data18};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
else {
const err20 = {instancePath:instancePath+"/endpoints",schemaPath:"#/definitions/Endpoints/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema13.type,parentSchema:schema13,data:data14};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.insecure !== undefined){
let data19 = data.insecure;
if(typeof data19 !== "boolean"){
const err21 = {instancePath:instancePath+"/insecure",schemaPath:"#/properties/insecure/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema12.properties.insecure.type,parentSchema:schema12.properties.insecure,data:data19};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.maxRetries !== undefined){
let data20 = data.maxRetries;
if(!(((typeof data20 == "number") && (!(data20 % 1) && !isNaN(data20))) && (isFinite(data20)))){
const err22 = {instancePath:instancePath+"/maxRetries",schemaPath:"#/properties/maxRetries/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema12.properties.maxRetries.type,parentSchema:schema12.properties.maxRetries,data:data20};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 < 0 || isNaN(data20)){
const err23 = {instancePath:instancePath+"/maxRetries",schemaPath:"#/properties/maxRetries/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema12.properties.maxRetries,data:data20};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
if(data.sharedConfigFile !== undefined){
let data21 = data.sharedConfigFile;
if(typeof data21 !== "string"){
const err24 = {instancePath:instancePath+"/sharedConfigFile",schemaPath:"#/properties/sharedConfigFile/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.sharedConfigFile.type,parentSchema:schema12.properties.sharedConfigFile,data:data21};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.profile !== undefined){
let data22 = data.profile;
if(typeof data22 !== "string"){
const err25 = {instancePath:instancePath+"/profile",schemaPath:"#/properties/profile/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.profile.type,parentSchema:schema12.properties.profile,data:data22};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data.serversPerCall !== undefined){
let data23 = data.serversPerCall;
if(!(((typeof data23 == "number") && (!(data23 % 1) && !isNaN(data23))) && (isFinite(data23)))){
const err26 = {instancePath:instancePath+"/serversPerCall",schemaPath:"#/properties/serversPerCall/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema12.properties.serversPerCall.type,parentSchema:schema12.properties.serversPerCall,data:data23};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if((typeof data23 == "number") && (isFinite(data23))){
if(data23 < 1 || isNaN(data23)){
const err27 = {instancePath:instancePath+"/serversPerCall",schemaPath:"#/properties/serversPerCall/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema12.properties.serversPerCall,data:data23};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
}
if(data.assumeRole !== undefined){
let data24 = data.assumeRole;
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
for(const key2 in data24){
if(!((((key2 === "agencyName") || (key2 === "domainName")) || (key2 === "domainId")) || (key2 === "duration"))){
const err28 = {instancePath:instancePath+"/assumeRole",schemaPath:"#/definitions/AssumeRole/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema14,data:data24};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data24.agencyName !== undefined){
let data25 = data24.agencyName;
if(typeof data25 !== "string"){
const err29 = {instancePath:instancePath+"/assumeRole/agencyName",schemaPath:"#/definitions/AssumeRole/properties/agencyName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.properties.agencyName.type,parentSchema:schema14.properties.agencyName,data:data25};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data24.domainName !== undefined){
let data26 = data24.domainName;
if(typeof data26 !== "string"){
const err30 = {instancePath:instancePath+"/assumeRole/domainName",schemaPath:"#/definitions/AssumeRole/properties/domainName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.properties.domainName.type,parentSchema:schema14.properties.domainName,data:data26};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data24.domainId !== undefined){
let data27 = data24.domainId;
if(typeof data27 !== "string"){
const err31 = {instancePath:instancePath+"/assumeRole/domainId",schemaPath:"#/definitions/AssumeRole/properties/domainId/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema14.properties.domainId.type,parentSchema:schema14.properties.domainId,data:data27};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data24.duration !== undefined){
let data28 = data24.duration;
if(!(((typeof data28 == "number") && (!(data28 % 1) && !isNaN(data28))) && (isFinite(data28)))){
const err32 = {instancePath:instancePath+"/assumeRole/duration",schemaPath:"#/definitions/AssumeRole/properties/duration/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema14.properties.duration.type,parentSchema:schema14.properties.duration,data:data28};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
if((typeof data28 == "number") && (isFinite(data28))){
if(data28 > 86400 || isNaN(data28)){
const err33 = {instancePath:instancePath+"/assumeRole/duration",schemaPath:"#/definitions/AssumeRole/properties/duration/maximum",keyword:"maximum",params:{comparison: "<=", limit: 86400},message:"must be <= 86400",schema:86400,parentSchema:schema14.properties.duration,data:data28};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if(data28 < 900 || isNaN(data28)){
const err34 = {instancePath:instancePath+"/assumeRole/duration",schemaPath:"#/definitions/AssumeRole/properties/duration/minimum",keyword:"minimum",params:{comparison: ">=", limit: 900},message:"must be >= 900",schema:900,parentSchema:schema14.properties.duration,data:data28};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
}
}
else {
const err35 = {instancePath:instancePath+"/assumeRole",schemaPath:"#/definitions/AssumeRole/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema14.type,parentSchema:schema14,data:data24};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data.idpId !== undefined){
let data29 = data.idpId;
if(typeof data29 !== "string"){
const err36 = {instancePath:instancePath+"/idpId",schemaPath:"#/properties/idpId/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.idpId.type,parentSchema:schema12.properties.idpId,data:data29};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data.idTokenFile !== undefined){
let data30 = data.idTokenFile;
if(typeof data30 !== "string"){
const err37 = {instancePath:instancePath+"/idTokenFile",schemaPath:"#/properties/idTokenFile/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.idTokenFile.type,parentSchema:schema12.properties.idTokenFile,data:data30};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data.ecsMetadata !== undefined){
let data31 = data.ecsMetadata;
if(typeof data31 !== "boolean"){
const err38 = {instancePath:instancePath+"/ecsMetadata",schemaPath:"#/properties/ecsMetadata/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema12.properties.ecsMetadata.type,parentSchema:schema12.properties.ecsMetadata,data:data31};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
}
else {
const err39 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.type,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
validate11.errors = vErrors;
return errors === 0;
}

export const KeypairInputs = validate12;
const schema15 = {"type":"object","properties":{"name":{"type":"string"},"publicKey":{"type":"string"},"type":{"default":"ssh","$ref":"#/definitions/KeypairType"},"scope":{"default":"user","$ref":"#/definitions/KeypairScope"},"userId":{"type":"string"},"description":{"type":"string"},"keyProtection":{"$ref":"#/definitions/KeyProtection"},"adoptExisting":{"default":false,"type":"boolean"},"triggers":{"type":"object","additionalProperties":{"type":"string"}},"region":{"type":"string"}},"required":[],"additionalProperties":false};
const schema16 = {"type":"string","enum":["ssh","x509"]};
const schema17 = {"type":"string","enum":["user","domain"]};
const schema18 = {"type":"object","properties":{"privateKey":{"type":"string"},"encryption":{"$ref":"#/definitions/Encryption"}},"required":["encryption"],"additionalProperties":false};
const schema19 = {"type":"object","properties":{"type":{"$ref":"#/definitions/EncryptionType"},"kmsKeyName":{"type":"string"},"kmsKeyId":{"type":"string"}},"required":["type"],"additionalProperties":false};
const schema20 = {"type":"string","enum":["default","kms"]};

function validate14(data, {instancePath="", parentData, parentDataProperty, rootData=data}: any={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'",schema:schema19.required,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(((key0 === "type") || (key0 === "kmsKeyName")) || (key0 === "kmsKeyId"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.type !== undefined){
let data0 = data.type;
if(typeof data0 !== "string"){
const err2 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/EncryptionType/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema20.type,parentSchema:schema20,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(!((data0 === "default") || (data0 === "kms"))){
const err3 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/EncryptionType/enum",keyword:"enum",params:{allowedValues: schema20.enum},message:"must be equal to one of the allowed values",schema:schema20.enum,parentSchema:schema20,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.kmsKeyName !== undefined){
let data1 = data.kmsKeyName;
if(typeof data1 !== "string"){
const err4 = {instancePath:instancePath+"/kmsKeyName",schemaPath:"#/properties/kmsKeyName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.kmsKeyName.type,parentSchema:schema19.properties.kmsKeyName,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.kmsKeyId !== undefined){
let data2 = data.kmsKeyId;
if(typeof data2 !== "string"){
const err5 = {instancePath:instancePath+"/kmsKeyId",schemaPath:"#/properties/kmsKeyId/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.kmsKeyId.type,parentSchema:schema19.properties.kmsKeyId,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.type,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
validate14.errors = vErrors;
return errors === 0;
}


function validate13(data, {instancePath="", parentData, parentDataProperty, rootData=data}: any={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.encryption === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "encryption"},message:"must have required property '"+"encryption"+"'",schema:schema18.required,parentSchema:schema18,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!((key0 === "privateKey") || (key0 === "encryption"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema18,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.privateKey !== undefined){
let data0 = data.privateKey;
if(typeof data0 !== "string"){
const err2 = {instancePath:instancePath+"/privateKey",schemaPath:"#/properties/privateKey/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema18.properties.privateKey.type,parentSchema:schema18.properties.privateKey,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.encryption !== undefined){
if(!(validate14(data.encryption, {instancePath:instancePath+"/encryption",parentData:data,parentDataProperty:"encryption",rootData}))){
vErrors = vErrors === null ? validate14.errors : vErrors.concat(validate14.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema18.type,parentSchema:schema18,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate13.errors = vErrors;
return errors === 0;
}


function validate12(data, {instancePath="", parentData, parentDataProperty, rootData=data}: any={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema15.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema15,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema15.properties.name.type,parentSchema:schema15.properties.name,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.publicKey !== undefined){
let data1 = data.publicKey;
if(typeof data1 !== "string"){
const err2 = {instancePath:instancePath+"/publicKey",schemaPath:"#/properties/publicKey/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema15.properties.publicKey.type,parentSchema:schema15.properties.publicKey,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.type !== undefined){
let data2 = data.type;
if(typeof data2 !== "string"){
const err3 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/KeypairType/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.type,parentSchema:schema16,data:data2};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(!((data2 === "ssh") || (data2 === "x509"))){
const err4 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/KeypairType/enum",keyword:"enum",params:{allowedValues: schema16.enum},message:"must be equal to one of the allowed values",schema:schema16.enum,parentSchema:schema16,data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.scope !== undefined){
let data3 = data.scope;
if(typeof data3 !== "string"){
const err5 = {instancePath:instancePath+"/scope",schemaPath:"#/definitions/KeypairScope/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema17.type,parentSchema:schema17,data:data3};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(!((data3 === "user") || (data3 === "domain"))){
const err6 = {instancePath:instancePath+"/scope",schemaPath:"#/definitions/KeypairScope/enum",keyword:"enum",params:{allowedValues: schema17.enum},message:"must be equal to one of the allowed values",schema:schema17.enum,parentSchema:schema17,data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.userId !== undefined){
let data4 = data.userId;
if(typeof data4 !== "string"){
const err7 = {instancePath:instancePath+"/userId",schemaPath:"#/properties/userId/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema15.properties.userId.type,parentSchema:schema15.properties.userId,data:data4};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.description !== undefined){
let data5 = data.description;
if(typeof data5 !== "string"){
const err8 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema15.properties.description.type,parentSchema:schema15.properties.description,data:data5};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.keyProtection !== undefined){
if(!(validate13(data.keyProtection, {instancePath:instancePath+"/keyProtection",parentData:data,parentDataProperty:"keyProtection",rootData}))){
vErrors = vErrors === null ? validate13.errors : vErrors.concat(validate13.errors);
errors = vErrors.length;
}
}
if(data.adoptExisting !== undefined){
let data7 = data.adoptExisting;
if(typeof data7 !== "boolean"){
const err9 = {instancePath:instancePath+"/adoptExisting",schemaPath:"#/properties/adoptExisting/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema15.properties.adoptExisting.type,parentSchema:schema15.properties.adoptExisting,data:data7};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.triggers !== undefined){
let data8 = data.triggers;
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
for(const key1 in data8){
let data9 = data8[key1];
if(typeof data9 !== "string"){
const err10 = {instancePath:instancePath+"/triggers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/triggers/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema15.properties.triggers.additionalProperties.type,parentSchema:schema15.properties.triggers.additionalProperties,data:data9};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
else {
const err11 = {instancePath:instancePath+"/triggers",schemaPath:"#/properties/triggers/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema15.properties.triggers.type,parentSchema:schema15.properties.triggers,data:data8};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.region !== undefined){
let data10 = data.region;
if(typeof data10 !== "string"){
const err12 = {instancePath:instancePath+"/region",schemaPath:"#/properties/region/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema15.properties.region.type,parentSchema:schema15.properties.region,data:data10};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema15.type,parentSchema:schema15,data};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
validate12.errors = vErrors;
return errors === 0;
}

export const CloudPhoneKeypairBindingInputs = validate17;
const schema21 = {"type":"object","properties":{"keypairName":{"type":"string"},"serverIds":{"type":"array","items":{"type":"string"}},"keypairFingerprint":{"type":"string"},"keypairNames":{"type":"object","additionalProperties":{"type":"string"}},"keypairFingerprints":{"type":"object","additionalProperties":{"type":"string"}},"deletionPolicy":{"default":"retain","$ref":"#/definitions/DeletionPolicy"},"region":{"type":"string"}},"required":[],"additionalProperties":false};
const schema22 = {"type":"string","enum":["retain","restore"]};

function validate17(data, {instancePath="", parentData, parentDataProperty, rootData=data}: any={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((((((key0 === "keypairName") || (key0 === "serverIds")) || (key0 === "keypairFingerprint")) || (key0 === "keypairNames")) || (key0 === "keypairFingerprints")) || (key0 === "deletionPolicy")) || (key0 === "region"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.keypairName !== undefined){
let data0 = data.keypairName;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/keypairName",schemaPath:"#/properties/keypairName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.properties.keypairName.type,parentSchema:schema21.properties.keypairName,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.serverIds !== undefined){
let data1 = data.serverIds;
if(Array.isArray(data1)){
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(typeof data2 !== "string"){
const err2 = {instancePath:instancePath+"/serverIds/" + i0,schemaPath:"#/properties/serverIds/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.properties.serverIds.items.type,parentSchema:schema21.properties.serverIds.items,data:data2};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
else {
const err3 = {instancePath:instancePath+"/serverIds",schemaPath:"#/properties/serverIds/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema21.properties.serverIds.type,parentSchema:schema21.properties.serverIds,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.keypairFingerprint !== undefined){
let data3 = data.keypairFingerprint;
if(typeof data3 !== "string"){
const err4 = {instancePath:instancePath+"/keypairFingerprint",schemaPath:"#/properties/keypairFingerprint/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.properties.keypairFingerprint.type,parentSchema:schema21.properties.keypairFingerprint,data:data3};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.keypairNames !== undefined){
let data4 = data.keypairNames;
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
for(const key1 in data4){
let data5 = data4[key1];
if(typeof data5 !== "string"){
const err5 = {instancePath:instancePath+"/keypairNames/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/keypairNames/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.properties.keypairNames.additionalProperties.type,parentSchema:schema21.properties.keypairNames.additionalProperties,data:data5};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath:instancePath+"/keypairNames",schemaPath:"#/properties/keypairNames/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema21.properties.keypairNames.type,parentSchema:schema21.properties.keypairNames,data:data4};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.keypairFingerprints !== undefined){
let data6 = data.keypairFingerprints;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
for(const key2 in data6){
let data7 = data6[key2];
if(typeof data7 !== "string"){
const err7 = {instancePath:instancePath+"/keypairFingerprints/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/keypairFingerprints/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.properties.keypairFingerprints.additionalProperties.type,parentSchema:schema21.properties.keypairFingerprints.additionalProperties,data:data7};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath:instancePath+"/keypairFingerprints",schemaPath:"#/properties/keypairFingerprints/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema21.properties.keypairFingerprints.type,parentSchema:schema21.properties.keypairFingerprints,data:data6};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.deletionPolicy !== undefined){
let data8 = data.deletionPolicy;
if(typeof data8 !== "string"){
const err9 = {instancePath:instancePath+"/deletionPolicy",schemaPath:"#/definitions/DeletionPolicy/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.type,parentSchema:schema22,data:data8};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(!((data8 === "retain") || (data8 === "restore"))){
const err10 = {instancePath:instancePath+"/deletionPolicy",schemaPath:"#/definitions/DeletionPolicy/enum",keyword:"enum",params:{allowedValues: schema22.enum},message:"must be equal to one of the allowed values",schema:schema22.enum,parentSchema:schema22,data:data8};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.region !== undefined){
let data9 = data.region;
if(typeof data9 !== "string"){
const err11 = {instancePath:instancePath+"/region",schemaPath:"#/properties/region/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.properties.region.type,parentSchema:schema21.properties.region,data:data9};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
}
else {
const err12 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema21.type,parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
validate17.errors = vErrors;
return errors === 0;
}

export const KeypairSetInputs = validate18;
const schema23 = {"type":"object","properties":{"keypairs":{"type":"object","additionalProperties":{"$ref":"#/definitions/ImportedKeypair"}},"type":{"default":"ssh","$ref":"#/definitions/KeypairType"},"scope":{"default":"user","$ref":"#/definitions/KeypairScope"},"userId":{"type":"string"},"adoptExisting":{"default":false,"type":"boolean"},"region":{"type":"string"}},"required":["keypairs"],"additionalProperties":false};
const schema24 = {"type":"object","properties":{"publicKey":{"type":"string"},"keyProtection":{"$ref":"#/definitions/KeyProtection"},"description":{"type":"string"}},"required":["publicKey"],"additionalProperties":false};

function validate19(data, {instancePath="", parentData, parentDataProperty, rootData=data}: any={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.publicKey === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "publicKey"},message:"must have required property '"+"publicKey"+"'",schema:schema24.required,parentSchema:schema24,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(((key0 === "publicKey") || (key0 === "keyProtection")) || (key0 === "description"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema24,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.publicKey !== undefined){
let data0 = data.publicKey;
if(typeof data0 !== "string"){
const err2 = {instancePath:instancePath+"/publicKey",schemaPath:"#/properties/publicKey/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.properties.publicKey.type,parentSchema:schema24.properties.publicKey,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.keyProtection !== undefined){
if(!(validate13(data.keyProtection, {instancePath:instancePath+"/keyProtection",parentData:data,parentDataProperty:"keyProtection",rootData}))){
vErrors = vErrors === null ? validate13.errors : vErrors.concat(validate13.errors);
errors = vErrors.length;
}
}
if(data.description !== undefined){
let data2 = data.description;
if(typeof data2 !== "string"){
const err3 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.properties.description.type,parentSchema:schema24.properties.description,data:data2};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema24.type,parentSchema:schema24,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate19.errors = vErrors;
return errors === 0;
}


function validate18(data, {instancePath="", parentData, parentDataProperty, rootData=data}: any={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.keypairs === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "keypairs"},message:"must have required property '"+"keypairs"+"'",schema:schema23.required,parentSchema:schema23,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!((((((key0 === "keypairs") || (key0 === "type")) || (key0 === "scope")) || (key0 === "userId")) || (key0 === "adoptExisting")) || (key0 === "region"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema23,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.keypairs !== undefined){
let data0 = data.keypairs;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
for(const key1 in data0){
if(!(validate19(data0[key1], {instancePath:instancePath+"/keypairs/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data0,parentDataProperty:key1,rootData}))){
vErrors = vErrors === null ? validate19.errors : vErrors.concat(validate19.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath:instancePath+"/keypairs",schemaPath:"#/properties/keypairs/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema23.properties.keypairs.type,parentSchema:schema23.properties.keypairs,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.type !== undefined){
let data2 = data.type;
if(typeof data2 !== "string"){
const err3 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/KeypairType/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.type,parentSchema:schema16,data:data2};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(!((data2 === "ssh") || (data2 === "x509"))){
const err4 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/KeypairType/enum",keyword:"enum",params:{allowedValues: schema16.enum},message:"must be equal to one of the allowed values",schema:schema16.enum,parentSchema:schema16,data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.scope !== undefined){
let data3 = data.scope;
if(typeof data3 !== "string"){
const err5 = {instancePath:instancePath+"/scope",schemaPath:"#/definitions/KeypairScope/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema17.type,parentSchema:schema17,data:data3};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(!((data3 === "user") || (data3 === "domain"))){
const err6 = {instancePath:instancePath+"/scope",schemaPath:"#/definitions/KeypairScope/enum",keyword:"enum",params:{allowedValues: schema17.enum},message:"must be equal to one of the allowed values",schema:schema17.enum,parentSchema:schema17,data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.userId !== undefined){
let data4 = data.userId;
if(typeof data4 !== "string"){
const err7 = {instancePath:instancePath+"/userId",schemaPath:"#/properties/userId/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.userId.type,parentSchema:schema23.properties.userId,data:data4};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.adoptExisting !== undefined){
let data5 = data.adoptExisting;
if(typeof data5 !== "boolean"){
const err8 = {instancePath:instancePath+"/adoptExisting",schemaPath:"#/properties/adoptExisting/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema23.properties.adoptExisting.type,parentSchema:schema23.properties.adoptExisting,data:data5};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.region !== undefined){
let data6 = data.region;
if(typeof data6 !== "string"){
const err9 = {instancePath:instancePath+"/region",schemaPath:"#/properties/region/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.properties.region.type,parentSchema:schema23.properties.region,data:data6};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema23.type,parentSchema:schema23,data};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
validate18.errors = vErrors;
return errors === 0;
}

export const GetKeypairArgs = validate22;
const schema27 = {"type":"object","properties":{"name":{"type":"string"},"region":{"type":"string"}},"required":["name"],"additionalProperties":false};

function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data}: any={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema27.required,parentSchema:schema27,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!((key0 === "name") || (key0 === "region"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema27,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 !== "string"){
const err2 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema27.properties.name.type,parentSchema:schema27.properties.name,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.region !== undefined){
let data1 = data.region;
if(typeof data1 !== "string"){
const err3 = {instancePath:instancePath+"/region",schemaPath:"#/properties/region/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema27.properties.region.type,parentSchema:schema27.properties.region,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema27.type,parentSchema:schema27,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate22.errors = vErrors;
return errors === 0;
}

export const GetKeypairsArgs = validate23;
const schema28 = {"type":"object","properties":{"nameRegex":{"type":"string"},"scope":{"$ref":"#/definitions/KeypairScope"},"region":{"type":"string"}},"required":[],"additionalProperties":false};

function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data}: any={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((key0 === "nameRegex") || (key0 === "scope")) || (key0 === "region"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.nameRegex !== undefined){
let data0 = data.nameRegex;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/nameRegex",schemaPath:"#/properties/nameRegex/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.nameRegex.type,parentSchema:schema28.properties.nameRegex,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.scope !== undefined){
let data1 = data.scope;
if(typeof data1 !== "string"){
const err2 = {instancePath:instancePath+"/scope",schemaPath:"#/definitions/KeypairScope/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema17.type,parentSchema:schema17,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(!((data1 === "user") || (data1 === "domain"))){
const err3 = {instancePath:instancePath+"/scope",schemaPath:"#/definitions/KeypairScope/enum",keyword:"enum",params:{allowedValues: schema17.enum},message:"must be equal to one of the allowed values",schema:schema17.enum,parentSchema:schema17,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.region !== undefined){
let data2 = data.region;
if(typeof data2 !== "string"){
const err4 = {instancePath:instancePath+"/region",schemaPath:"#/properties/region/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.region.type,parentSchema:schema28.properties.region,data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.type,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
validate23.errors = vErrors;
return errors === 0;
}

export const GetServersArgs = validate24;
const schema30 = {"type":"object","properties":{"serverName":{"type":"string"},"status":{"type":"integer"},"keypairName":{"type":"string"},"region":{"type":"string"}},"required":[],"additionalProperties":false};

function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data}: any={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((key0 === "serverName") || (key0 === "status")) || (key0 === "keypairName")) || (key0 === "region"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema30,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.serverName !== undefined){
let data0 = data.serverName;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/serverName",schemaPath:"#/properties/serverName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema30.properties.serverName.type,parentSchema:schema30.properties.serverName,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.status !== undefined){
let data1 = data.status;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err2 = {instancePath:instancePath+"/status",schemaPath:"#/properties/status/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema30.properties.status.type,parentSchema:schema30.properties.status,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.keypairName !== undefined){
let data2 = data.keypairName;
if(typeof data2 !== "string"){
const err3 = {instancePath:instancePath+"/keypairName",schemaPath:"#/properties/keypairName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema30.properties.keypairName.type,parentSchema:schema30.properties.keypairName,data:data2};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.region !== undefined){
let data3 = data.region;
if(typeof data3 !== "string"){
const err4 = {instancePath:instancePath+"/region",schemaPath:"#/properties/region/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema30.properties.region.type,parentSchema:schema30.properties.region,data:data3};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema30.type,parentSchema:schema30,data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
validate24.errors = vErrors;
return errors === 0;
}
