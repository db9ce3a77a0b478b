package dev.millrace.notification;

import dev.millrace.stack.BrokerProcess;
import dev.millrace.stack.mail.MailServer;
import dev.millrace.stack.postgres.PostgresServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/**
 * What the service needs around it, for real: PostgreSQL and the broker as processes, and a mail server that captures,
 * once for all tests. Tests get at the last through fields of type {@link MailServer} and {@link SmtpFront}.
 */
public class NotificationStack implements QuarkusTestResourceLifecycleManager {

    private PostgresServer postgres;
    private BrokerProcess broker;
    private MailServer mailServer;
    private SmtpFront smtp;

    @Override
    public Map<String, String> start() {
        postgres = PostgresServer.temporary();
        broker = BrokerProcess.temporary();
        mailServer = MailServer.onFreePorts();
        smtp = new SmtpFront(mailServer.smtpPort());
        var environment = new HashMap<>(broker.toEnvironment());
        environment.put("POSTGRES_HOST", postgres.host());
        environment.put("POSTGRES_PORT", Integer.toString(postgres.port()));
        environment.put("SMTP_HOST", "127.0.0.1");
        environment.put("SMTP_PORT", Integer.toString(smtp.port()));
        environment.put("quarkus.log.category.\"com.icegreen\".level", "WARN");
        return environment;
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(mailServer, new TestInjector.MatchesType(MailServer.class));
        injector.injectIntoFields(smtp, new TestInjector.MatchesType(SmtpFront.class));
    }

    @Override
    public void stop() {
        if (smtp != null) {
            smtp.close();
        }
        if (mailServer != null) {
            mailServer.close();
        }
        if (broker != null) {
            broker.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }
}
