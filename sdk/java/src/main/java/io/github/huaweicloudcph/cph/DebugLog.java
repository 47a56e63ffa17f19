package io.github.huaweicloudcph.cph;

import com.pulumi.Log;
import com.pulumi.deployment.internal.DeploymentImpl;
import com.pulumi.deployment.internal.DeploymentInternal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Keeps private keys out of Pulumi's debug log, to which Pulumi writes what it asks of the engine and what that answers, with secrets in plain
 * text. `pulumi up --json` prints that log unasked.
 */
final class DebugLog {
    private static final Pattern privateKey = Pattern.compile(
        "-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\\z)", Pattern.DOTALL);

    private DebugLog() {}

    /** Guards the log of the program that runs, if it is not guarded yet. */
    static synchronized void guard() {
        var deployment = DeploymentInternal.getInstanceOptional().orElse(null);
        if (deployment instanceof DeploymentImpl)
            guard(((DeploymentImpl) deployment).getLog());
    }

    /** Pulumi offers no way to put something between the log and the engine. */
    private static void guard(Log log) {
        try {
            var field = Log.class.getDeclaredField("logger");
            field.setAccessible(true);
            var logger = field.get(log);
            if (!Proxy.isProxyClass(logger.getClass()))
                field.set(log, guarded(field.getType(), logger));
        } catch (ReflectiveOperationException | RuntimeException problem) {
            log.warn("The debug log may show private keys: it cannot be guarded in this version of com.pulumi:pulumi.");
        }
    }

    private static Object guarded(Class<?> type, Object logger) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            try {
                return method.invoke(logger, arguments == null ? null : withoutPrivateKeys(arguments));
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            }
        });
    }

    private static Object[] withoutPrivateKeys(Object[] arguments) {
        return Arrays.stream(arguments)
            .map(argument -> argument instanceof String ? privateKey.matcher((String) argument).replaceAll("[secret]") : argument)
            .toArray();
    }
}
