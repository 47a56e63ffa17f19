// SSH key pairs on Huawei Cloud and their bindings to Cloud Phone servers
package huaweicloudcph
