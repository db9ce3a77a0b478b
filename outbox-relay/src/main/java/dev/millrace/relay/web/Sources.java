package dev.millrace.relay.web;

import dev.millrace.relay.Relay;
import dev.millrace.relay.SourceRelay;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.ServiceUnavailableException;
import java.sql.SQLException;
import java.util.Collection;
import java.util.stream.Collectors;

/** The sources as paths name them, and their databases' absence as a problem. */
@ApplicationScoped
class Sources {
    private final Relay relay;

    Sources(Relay relay) {
        this.relay = relay;
    }

    /** Asks a database. */
    interface Query<T> {
        T run() throws SQLException;
    }

    Collection<SourceRelay> all() {
        return relay.sources();
    }

    /** @throws NotFoundException with the names that there are */
    SourceRelay named(String name) {
        return relay.source(name)
                .orElseThrow(() -> new NotFoundException("no source '%s'; there are: %s"
                        .formatted(
                                name,
                                relay.sources().stream().map(SourceRelay::name).collect(Collectors.joining(", ")))));
    }

    /** @throws ServiceUnavailableException if the database does not answer, or has not the relay's tables */
    static <T> T inDatabase(String source, Query<T> query) {
        try {
            return query.run();
        } catch (SQLException e) {
            throw new ServiceUnavailableException(
                    "the database of '%s': %s"
                            .formatted(
                                    source,
                                    String.valueOf(e.getMessage())
                                            .lines()
                                            .findFirst()
                                            .orElse("")),
                    1L);
        }
    }
}
