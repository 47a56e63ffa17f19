// Runs an operation, `up`, `unchanged` or `destroy`, on the stack in the working directory, and prints all that the engine tells.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"

	cph "github.com/huaweicloud-cph/pulumi-huaweicloud-cph/sdk/go/huaweicloudcph"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/debug"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

var settings struct{ Url, Region, AccessKey, SecretKey, PublicKey, PrivateKey, Spare string }

func program(ctx *pulumi.Context) error {
	url := pulumi.String(settings.Url)
	own, err := cph.NewProvider(ctx, "own", &cph.ProviderArgs{
		Region:    pulumi.String(settings.Region),
		AccessKey: pulumi.String(settings.AccessKey),
		SecretKey: pulumi.String(settings.SecretKey),
		Endpoints: cph.EndpointsArgs{Kms: url, Cph: url, Iam: url},
	})
	if err != nil {
		return err
	}
	key, err := cph.NewKeypair(ctx, "key", &cph.KeypairArgs{Description: pulumi.String("generated")})
	if err != nil {
		return err
	}
	_, err = cph.NewKeypair(ctx, "hosted", &cph.KeypairArgs{
		PublicKey: pulumi.String(settings.PublicKey),
		KeyProtection: cph.KeyProtectionArgs{
			PrivateKey: pulumi.String(settings.PrivateKey),
			Encryption: cph.EncryptionArgs{Type: cph.EncryptionTypeDefault},
		},
	}, pulumi.Provider(own))
	if err != nil {
		return err
	}
	seen, err := cph.GetKeypair(ctx, "seen", pulumi.ID("other"), nil)
	if err != nil {
		return err
	}
	spare, err := cph.GetCloudPhoneKeypairBinding(ctx, "spare", pulumi.ID(settings.Spare), nil)
	if err != nil {
		return err
	}
	name := "cph-server"
	found, err := cph.GetServers(ctx, &cph.GetServersArgs{ServerName: &name})
	if err != nil {
		return err
	}
	ids := pulumi.StringArray{}
	for _, server := range found.Servers {
		ids = append(ids, pulumi.String(server.ServerId))
	}
	phones, err := cph.NewCloudPhoneKeypairBinding(ctx, "phones", &cph.CloudPhoneKeypairBindingArgs{
		KeypairName:        key.Name,
		KeypairFingerprint: key.Fingerprint,
		ServerIds:          ids,
		DeletionPolicy:     cph.DeletionPolicyRestore,
	})
	if err != nil {
		return err
	}
	ctx.Export("name", key.Name)
	ctx.Export("privateKey", key.PrivateKey)
	ctx.Export("seen", seen.PublicKey)
	ctx.Export("spare", spare.Bindings.Index(pulumi.Int(0)).ServerName())
	ctx.Export("carried", phones.Bindings.Index(pulumi.Int(0)).KeypairName())
	return nil
}

func run(ctx context.Context, operation string) error {
	folder, err := os.Getwd()
	if err != nil {
		return err
	}
	stack, err := auto.SelectStackInlineSource(ctx, "test", "test-project", program, auto.WorkDir(folder))
	if err != nil {
		return err
	}
	told := make(chan events.EngineEvent)
	printed := make(chan struct{})
	go func() {
		defer close(printed)
		for event := range told {
			text, _ := json.Marshal(event.EngineEvent)
			fmt.Println(string(text))
		}
	}()
	logging := debug.LoggingOptions{Debug: true}
	switch operation {
	case "up":
		_, err = stack.Up(ctx, optup.ProgressStreams(os.Stdout), optup.EventStreams(told), optup.DebugLogging(logging))
	case "unchanged":
		_, err = stack.Up(ctx, optup.ProgressStreams(os.Stdout), optup.EventStreams(told), optup.DebugLogging(logging),
			optup.Refresh(), optup.ExpectNoChanges())
	case "destroy":
		_, err = stack.Destroy(ctx, optdestroy.ProgressStreams(os.Stdout), optdestroy.EventStreams(told),
			optdestroy.DebugLogging(logging))
	}
	<-printed
	return err
}

func main() {
	if err := json.Unmarshal([]byte(os.Getenv("TEST_SETTINGS")), &settings); err != nil {
		log.Fatal(err)
	}
	if err := run(context.Background(), os.Args[1]); err != nil {
		log.Fatal(err)
	}
}
