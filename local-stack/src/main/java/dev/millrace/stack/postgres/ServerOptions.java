package dev.millrace.stack.postgres;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The server's settings, given on its command line so that a new version of them reaches old data directories too. */
final class ServerOptions {
    private ServerOptions() {}

    static List<String> arguments(int port) {
        var options = new LinkedHashMap<String, String>();
        options.put("port", Integer.toString(port));
        options.put("listen_addresses", "127.0.0.1");
        // Nobody needs it, and a deep data directory makes its path too long for a socket.
        options.put("unix_socket_directories", "");

        // The outbox relay reads the write-ahead log through one slot per service database, tests add their own.
        options.put("wal_level", "logical");
        options.put("max_replication_slots", "16");
        options.put("max_wal_senders", "16");
        // A relay that stays away must not fill the disk: its slot is given up before that.
        options.put("max_slot_wal_keep_size", "2GB");
        // One that cannot be reached any more keeps its slot from others for this long; it tells of itself every 5 s.
        options.put("wal_sender_timeout", "15s");

        // A commit that the client has heard of is on disk. These are the defaults; written out because all rests on
        // them.
        options.put("fsync", "on");
        options.put("synchronous_commit", "on");
        options.put("full_page_writes", "on");

        // Pools of five applications, psql, and tests beside them.
        options.put("max_connections", "150");
        options.put("shared_buffers", "128MB");
        // Short queries only: compiling them costs more than it gives.
        options.put("jit", "off");

        options.put("logging_collector", "off");
        options.put("log_checkpoints", "off");
        // Every slot that is opened logs four lines of statement and detail; warnings and errors are what we want.
        options.put("log_min_messages", "warning");
        options.put("log_replication_commands", "off");

        var arguments = new ArrayList<String>();
        for (Map.Entry<String, String> option : options.entrySet()) {
            arguments.add("-c");
            arguments.add(option.getKey() + "=" + option.getValue());
        }
        return arguments;
    }
}
