package fleet;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import io.github.huaweicloudcph.cph.CloudPhoneKeypairBinding;
import io.github.huaweicloudcph.cph.CloudPhoneKeypairBindingArgs;
import io.github.huaweicloudcph.cph.HuaweicloudcphFunctions;
import io.github.huaweicloudcph.cph.Keypair;
import io.github.huaweicloudcph.cph.KeypairArgs;
import io.github.huaweicloudcph.cph.inputs.GetServersArgs;
import io.github.huaweicloudcph.cph.outputs.GetServersResult;

/** One key pair on every server of a Cloud Phone fleet. */
public class App {
    public static void main(String[] args) {
        Pulumi.run(App::stack);
    }

    private static void stack(Context ctx) {
        var config = ctx.config();

        var key = new Keypair("fleet", KeypairArgs.builder()
            .publicKey(config.require("publicKey"))
            .build());

        // This finds every matching server; without a name, every server of the region.
        var servers = HuaweicloudcphFunctions.getServers(GetServersArgs.builder()
            .serverName(config.get("serverName").orElse(""))
            .build());

        var binding = new CloudPhoneKeypairBinding("fleet", CloudPhoneKeypairBindingArgs.builder()
            .keypairName(key.name())
            .serverIds(servers.applyValue(GetServersResult::serverIds))
            .build());

        ctx.export("keypairName", key.name());
        ctx.export("boundServers", binding.serverIds());
    }
}
