// One key pair on every server of a Cloud Phone fleet.
package main

import (
	"github.com/huaweicloud-cph/pulumi-huaweicloud-cph/sdk/go/huaweicloudcph"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")

		key, err := huaweicloudcph.NewKeypair(ctx, "fleet", &huaweicloudcph.KeypairArgs{
			PublicKey: pulumi.String(settings.Require("publicKey")),
		})
		if err != nil {
			return err
		}

		// This finds every matching server; without a name, every server of the region.
		servers := huaweicloudcph.GetServersOutput(ctx, huaweicloudcph.GetServersOutputArgs{
			ServerName: pulumi.String(settings.Get("serverName")),
		})

		binding, err := huaweicloudcph.NewCloudPhoneKeypairBinding(ctx, "fleet", &huaweicloudcph.CloudPhoneKeypairBindingArgs{
			KeypairName: key.Name,
			ServerIds:   servers.ServerIds(),
		})
		if err != nil {
			return err
		}

		ctx.Export("keypairName", key.Name)
		ctx.Export("boundServers", binding.ServerIds)
		return nil
	})
}
