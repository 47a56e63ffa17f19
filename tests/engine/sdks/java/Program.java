import com.google.gson.Gson;
import com.pulumi.Context;
import com.pulumi.automation.DestroyOptions;
import com.pulumi.automation.LocalWorkspace;
import com.pulumi.automation.LocalWorkspaceOptions;
import com.pulumi.automation.UpOptions;
import com.pulumi.automation.events.EngineEvent;
import com.pulumi.core.Output;
import com.pulumi.resources.CustomResourceOptions;
import io.github.huaweicloudcph.cph.CloudPhoneKeypairBinding;
import io.github.huaweicloudcph.cph.CloudPhoneKeypairBindingArgs;
import io.github.huaweicloudcph.cph.HuaweicloudcphFunctions;
import io.github.huaweicloudcph.cph.Keypair;
import io.github.huaweicloudcph.cph.KeypairArgs;
import io.github.huaweicloudcph.cph.Provider;
import io.github.huaweicloudcph.cph.ProviderArgs;
import io.github.huaweicloudcph.cph.enums.DeletionPolicy;
import io.github.huaweicloudcph.cph.enums.EncryptionType;
import io.github.huaweicloudcph.cph.inputs.EncryptionArgs;
import io.github.huaweicloudcph.cph.inputs.EndpointsArgs;
import io.github.huaweicloudcph.cph.inputs.GetServersArgs;
import io.github.huaweicloudcph.cph.inputs.KeyProtectionArgs;
import io.github.huaweicloudcph.cph.outputs.Server;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** Runs an operation, `up`, `unchanged` or `destroy`, on the stack in the working directory, and prints all that the engine tells. */
public class Program {
    private static final Map<?, ?> settings = new Gson().fromJson(System.getenv("TEST_SETTINGS"), Map.class);

    private static String setting(String name) {
        return (String) settings.get(name);
    }

    private static void program(Context context) {
        var url = setting("url");
        var own = new Provider("own", ProviderArgs.builder()
            .region(setting("region"))
            .accessKey(setting("accessKey"))
            .secretKey(setting("secretKey"))
            .endpoints(EndpointsArgs.builder().kms(url).cph(url).iam(url).build())
            .build());
        var key = new Keypair("key", KeypairArgs.builder().description("generated").build());
        new Keypair("hosted", KeypairArgs.builder()
            .publicKey(setting("publicKey"))
            .keyProtection(KeyProtectionArgs.builder()
                .privateKey(setting("privateKey"))
                .encryption(EncryptionArgs.builder().type(EncryptionType.Default).build())
                .build())
            .build(), CustomResourceOptions.builder().provider(own).build());
        var seen = Keypair.get("seen", Output.of("other"), null);
        var spare = CloudPhoneKeypairBinding.get("spare", Output.of(setting("spare")), null);
        var found = HuaweicloudcphFunctions.getServers(GetServersArgs.builder().serverName("cph-server").build());
        var phones = new CloudPhoneKeypairBinding("phones", CloudPhoneKeypairBindingArgs.builder()
            .keypairName(key.name())
            .keypairFingerprint(key.fingerprint())
            .serverIds(found.applyValue(result -> result.servers().stream().map(Server::serverId).collect(Collectors.toList())))
            .deletionPolicy(DeletionPolicy.Restore)
            .build());
        context.export("name", key.name());
        context.export("privateKey", key.privateKey());
        context.export("seen", seen.publicKey());
        context.export("spare", spare.bindings().applyValue(bindings -> bindings.get(0).serverName()));
        context.export("carried", phones.bindings().applyValue(bindings -> bindings.get(0).keypairName()));
    }

    private static void print(EngineEvent event) {
        if (event.diagnosticEvent() != null)
            System.out.println(event.diagnosticEvent().message());
    }

    public static void main(String[] args) throws Exception {
        var options = LocalWorkspaceOptions.builder().workDir(Path.of("").toAbsolutePath()).build();
        try (var stack = LocalWorkspace.selectStack("test-project", "test", Program::program, options)) {
            switch (args[0]) {
                case "up":
                    stack.up(UpOptions.builder().debug(true).onStandardOutput(System.out::println).onEvent(Program::print).build());
                    break;
                case "unchanged":
                    // The options have no refresh.
                    stack.up(UpOptions.builder().debug(true).onStandardOutput(System.out::println).onEvent(Program::print)
                        .expectNoChanges(true).build());
                    break;
                case "destroy":
                    stack.destroy(DestroyOptions.builder().debug(true).onStandardOutput(System.out::println).onEvent(Program::print)
                        .build());
                    break;
            }
        }
        System.exit(0);
    }
}
