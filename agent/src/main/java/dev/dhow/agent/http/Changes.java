package dev.dhow.agent.http;

import dev.dhow.agent.json.Json;
import dev.dhow.agent.source.ServiceWriter;
import dev.dhow.agent.source.TextCheck.Judged;
import dev.dhow.agent.source.Written;
import dev.dhow.agent.status.AgentControl;
import dev.dhow.agent.status.AgentView;
import dev.dhow.api.http.ActionBody;
import dev.dhow.api.http.AppliedBody;
import dev.dhow.api.http.MaintenanceBody;
import dev.dhow.api.http.MessageBody;
import dev.dhow.api.http.NoBody;
import dev.dhow.api.http.PlanBody;
import dev.dhow.api.http.ProblemsBody;
import dev.dhow.api.http.RemovalBody;
import dev.dhow.api.http.RollbackBody;
import dev.dhow.api.spec.Names;
import dev.dhow.api.status.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What each route answers that changes something, or works on a text that is sent.
final class Changes {
    private final ApiParts parts;
    /// Of its own: questions must not keep changes out.
    private final Aside aside = new Aside();

    Changes(ApiParts parts) {
        this.parts = parts;
    }

    /// Asks something of one service.
    @FunctionalInterface
    interface Ask {
        AgentControl.Answer of(String service) throws InterruptedException;
    }

    /// Something to ask of the whole host.
    interface HostAsk {
        AgentControl.Answer ask() throws InterruptedException;
    }

    void apply(RoutingContext context) {
        String service = String.valueOf(context.pathParam("service"));
        byte[] text = body(context);
        IfMatch expected = IfMatch.of(context);
        if (expected == null) {
            return;
        }
        aside.run(context, () -> {
            Judged judged = parts.check().judge(service, text);
            if (!judged.valid()) {
                return () -> Answer.json(context, 422, ProblemsBody.of(judged.problems()));
            }
            Written written = parts.writer().write(service, text, expected.content());
            return () -> written(context, service, written, judged.problems());
        });
    }

    void remove(RoutingContext context) {
        String service = String.valueOf(context.pathParam("service"));
        IfMatch expected = IfMatch.of(context);
        if (expected == null) {
            return;
        }
        if (!Names.valid(service)) {
            Answers.unknown(context, service);
            return;
        }
        aside.run(context, () -> {
            Written written = parts.writer().remove(service, expected.content());
            return () -> written(context, service, written, List.of());
        });
    }

    private void written(RoutingContext context, String service, Written written, List<Problem> warnings) {
        switch (written) {
            case Written.Done done -> {
                AppliedBody body = new AppliedBody(service, done.content(), done.message(), warnings);
                switch (done.what()) {
                    case CREATED -> Answer.tagged(context, 201, done.content(), body);
                    case CHANGED, UNCHANGED -> Answer.tagged(context, 200, done.content(), body);
                    case REMOVED -> Answer.json(context, 200, body);
                }
            }
            case Written.Other other -> {
                String is = other.content() == null ? "there is none" : "it is " + other.content();
                Answer.error(
                        context,
                        412,
                        "the file of %s is not the one of If-Match (%s); somebody changed it, so look again"
                                .formatted(service, is));
            }
            case Written.Absent _ -> {
                if (parts.view().service(service).isPresent()) {
                    String message = "its file is gone already; its containers go when that counts";
                    Answer.json(context, 200, new AppliedBody(service, null, message, List.of()));
                } else {
                    Answers.unknown(context, service);
                }
            }
            case Written.Refused refused -> Answer.error(context, 409, refused.message());
            case Written.Failed failed -> Answer.error(context, 500, failed.message());
        }
    }

    void rollback(RoutingContext context) {
        taking(context, RollbackBody.class, "leave it out, or send {\"revision\": \"3f2a9c10\"}", wanted -> {
            String revision = wanted == null ? null : wanted.revision();
            begin(context, service -> parts.control().rollback(service, revision));
        });
    }

    void maintenance(RoutingContext context) {
        String otherwise = "send {\"on\": true, \"message\": \"…\"} or {\"on\": false}";
        taking(context, MaintenanceBody.class, otherwise, wanted -> {
            if (wanted == null || wanted.on() == null) {
                Answer.error(context, 400, "the body does not say whether it begins or ends; " + otherwise);
                return;
            }
            boolean on = wanted.on();
            String message = wanted.message();
            begin(context, service -> parts.control().maintenance(service, on, message));
        });
    }

    /// Something that is said all by its path.
    void ask(RoutingContext context, Ask ask) {
        taking(context, NoBody.class, "leave it out", _ -> begin(context, ask));
    }

    /// A key that is not known is most likely mistyped: without it the request would mean something else.
    private static <T> void taking(
            RoutingContext context, Class<T> type, String otherwise, Consumer<@Nullable T> then) {
        String body = new String(body(context), StandardCharsets.UTF_8);
        T wanted;
        try {
            wanted = body.isBlank() ? null : Json.readStrictly(body, type);
        } catch (Json.UnknownKey e) {
            Answer.error(context, 400, "the body has an unknown key \"%s\"; %s".formatted(e.key(), otherwise));
            return;
        } catch (IOException e) {
            Answer.error(context, 400, "the body cannot be read; %s".formatted(otherwise));
            return;
        }
        then.accept(wanted);
    }

    private void begin(RoutingContext context, Ask ask) {
        String service = String.valueOf(context.pathParam("service"));
        aside.run(context, () -> {
            AgentControl.Answer answer = ask.of(service);
            return () -> {
                switch (answer) {
                    case AgentControl.Answer.Accepted accepted ->
                        Answer.json(context, 202, new ActionBody(service, accepted.message()));
                    case AgentControl.Answer.Unknown _ -> Answers.unknown(context, service);
                    case AgentControl.Answer.Refused refused -> Answer.error(context, 409, refused.message());
                }
            };
        });
    }

    /// Something that is asked of the whole host.
    void host(RoutingContext context, HostAsk ask) {
        taking(
                context,
                NoBody.class,
                "leave it out",
                _ -> aside.run(context, () -> {
                    AgentControl.Answer answer = ask.ask();
                    return () -> {
                        switch (answer) {
                            case AgentControl.Answer.Accepted accepted ->
                                Answer.json(context, 202, new MessageBody(accepted.message()));
                            case AgentControl.Answer.Unknown _ -> Answer.error(context, 404, "there is no such thing");
                            case AgentControl.Answer.Refused refused -> Answer.error(context, 409, refused.message());
                        }
                    };
                }));
    }

    void validate(RoutingContext context) {
        List<String> names = context.queryParam("service");
        byte[] text = body(context);
        aside.run(context, () -> {
            Judged judged = parts.check().judge(names.isEmpty() ? null : names.getFirst(), text);
            return () -> Answer.json(context, 200, ProblemsBody.of(judged.problems()));
        });
    }

    void plan(RoutingContext context) {
        byte[] text = body(context);
        aside.run(context, () -> {
            Judged judged = parts.check().judge(null, text);
            if (!judged.valid()) {
                return () -> Answer.json(context, 422, ProblemsBody.of(judged.problems()));
            }
            try {
                PlanBody plan = parts.control()
                        .plan(judged.text().fileName(), judged.text().text());
                return () -> Answer.json(context, 200, Answers.Plan.of(plan));
            } catch (AgentView.Unavailable e) {
                return () -> Answer.error(context, 503, String.valueOf(e.getMessage()));
            }
        });
    }

    void confirmRemoval(RoutingContext context) {
        taking(context, NoBody.class, "leave it out", _ -> confirmed(context));
    }

    private void confirmed(RoutingContext context) {
        SortedSet<String> services = parts.confirmRemoval().get();
        if (services.isEmpty()) {
            Answer.error(context, 409, "no removal is held back, so there is nothing to confirm");
            return;
        }
        Answer.json(
                context,
                202,
                new RemovalBody(
                        List.copyOf(services),
                        "these services and their containers go: " + String.join(", ", services)));
    }

    private static byte[] body(RoutingContext context) {
        Buffer body = context.body().buffer();
        return body == null ? new byte[0] : body.getBytes();
    }

    /// The header `If-Match`.
    ///
    /// @param content the only one that may be replaced; null: any, or none
    private record IfMatch(@Nullable String content) {
        /// Null where it cannot be understood, which is answered.
        static @Nullable IfMatch of(RoutingContext context) {
            List<String> headers = context.request().headers().getAll("if-match");
            if (headers.isEmpty()) {
                return new IfMatch(null);
            }
            String value = headers.getFirst().strip();
            if (headers.size() > 1 || value.contains(",") || value.isEmpty()) {
                Answer.error(context, 400, "If-Match takes one content, as PUT or a status told it, or *");
                return null;
            }
            return new IfMatch(value.equals(ServiceWriter.ANY) ? value : value.replaceAll("^\"|\"$", ""));
        }
    }
}
