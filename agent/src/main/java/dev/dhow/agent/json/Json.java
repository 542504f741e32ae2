package dev.dhow.agent.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializerBase;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.dhow.api.status.CertificateStatus;
import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.Problem;
import dev.dhow.api.status.ReplicaStatus;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.TrafficStatus;
import java.io.IOException;
import java.util.Locale;

/// JSON as the API speaks it: keys in snake_case, times in ISO 8601, our own words in lower case, nulls
/// written out, so that a reader sees every key.
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(words())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            // A record's components are its keys; methods such as isError() are not.
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            // An agent that is newer than the command may tell more.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Json() {}

    /// One line of JSON.
    public static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("no JSON for " + value.getClass(), e);
        }
    }

    /// Reads what [#write] wrote, or an agent of another version.
    ///
    /// @throws IOException when it is not that
    public static <T> T read(String text, Class<T> type) throws IOException {
        return MAPPER.readValue(text, type);
    }

    /// Reads what a person or a program sends, where a key that nobody knows is most likely mistyped.
    ///
    /// @throws UnknownKey when there is one
    /// @throws IOException when it is not that at all
    public static <T> T readStrictly(String text, Class<T> type) throws IOException {
        try {
            return MAPPER.readerFor(type)
                    .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .readValue(text);
        } catch (UnrecognizedPropertyException e) {
            throw new UnknownKey(e.getPropertyName(), e);
        }
    }

    /// A text has a key that its reader does not know.
    public static final class UnknownKey extends IOException {
        private static final long serialVersionUID = 1L;

        private final String key;

        UnknownKey(String key, Throwable cause) {
            super("unknown key \"%s\"".formatted(key), cause);
            this.key = key;
        }

        /// Which.
        public String key() {
            return key;
        }
    }

    private static SimpleModule words() {
        SimpleModule module = new SimpleModule("words");
        word(module, ReplicaStatus.Health.class);
        word(module, ReplicaStatus.Traffic.class);
        word(module, CheckResult.Kind.class);
        word(module, RolloutStatus.Outcome.class);
        word(module, Problem.Severity.class);
        word(module, CertificateStatus.Source.class);
        word(module, TrafficStatus.State.class);
        return module;
    }

    private static <E extends Enum<E>> void word(SimpleModule module, Class<E> type) {
        module.addSerializer(type, new Label<>(type)).addDeserializer(type, new Word<>(type));
    }

    /// Writes a constant in lower case.
    private static final class Label<E extends Enum<E>> extends ToStringSerializerBase {
        Label(Class<E> type) {
            super(type);
        }

        @Override
        public String valueToString(Object value) {
            return ((Enum<?>) value).name().toLowerCase(Locale.ROOT);
        }
    }

    /// Reads it back.
    private static final class Word<E extends Enum<E>> extends StdScalarDeserializer<E> {
        private final Class<E> type;

        Word(Class<E> type) {
            super(type);
            this.type = type;
        }

        @Override
        public E deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String word = parser.getText();
            try {
                return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw (IOException) context.weirdStringException(word, type, "an unknown word")
                        .initCause(e);
            }
        }
    }
}
