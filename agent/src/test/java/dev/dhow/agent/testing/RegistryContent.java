package dev.dhow.agent.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/// Puts images into a registry, without any engine that would then have them.
///
/// @param uri of the registry
public record RegistryContent(URI uri, String username, String password) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final int BLOCK = 512;

    /// A layer of one file.
    ///
    /// @param random else zeros, which take no room while they are packed
    public record Layer(long bytes, boolean random) {}

    private record Packed(byte[] gzip, String diffId) {}

    /// Puts an image with such layers there; returns its digest.
    public String push(String repository, String tag, Layer... layers) {
        try {
            List<Packed> packed = new ArrayList<>();
            for (Layer layer : layers) {
                packed.add(pack("%s-%s-%d".formatted(repository, tag, packed.size() + 1), layer));
            }
            return put(repository, tag, "/none", packed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Puts an image there that is the host's static busybox as `/bin/busybox`, nothing else, and runs that line, whose
    /// quotes are single ones; returns its digest.
    public String pushLine(String repository, String tag, String line) {
        try {
            byte[] busybox = Files.readAllBytes(Shell.require("busybox", "busybox-static"));
            List<Packed> layers = List.of(pack("bin/busybox", busybox.length, out -> out.write(busybox)));
            return put(repository, tag, "busybox\",\"sh\",\"-c\",\"" + line, layers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @param command its words, `","` between them
    private String put(String repository, String tag, String command, List<Packed> layers) throws IOException {
        List<String> entries = new ArrayList<>();
        for (Packed layer : layers) {
            String digest = blob(repository, layer.gzip());
            entries.add(descriptor("application/vnd.docker.image.rootfs.diff.tar.gzip", layer.gzip().length, digest));
        }
        String diffIds =
                layers.stream().map(layer -> "\"" + layer.diffId() + "\"").collect(Collectors.joining(","));
        byte[] config =
                """
                {"architecture":"%s","os":"linux","config":{"Cmd":["%s"],"Labels":{"of":"%s:%s"}},"rootfs":{"type":"layers","diff_ids":[%s]}}\
                """.formatted(architecture(), command, repository, tag, diffIds).getBytes(StandardCharsets.UTF_8);
        String configEntry =
                descriptor("application/vnd.docker.container.image.v1+json", config.length, blob(repository, config));
        byte[] manifest =
                """
                {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}\
                """.formatted(MANIFEST, configEntry, String.join(",", entries)).getBytes(StandardCharsets.UTF_8);
        send(HttpRequest.newBuilder(uri.resolve("/v2/%s/manifests/%s".formatted(repository, tag)))
                .header("Content-Type", MANIFEST)
                .PUT(BodyPublishers.ofByteArray(manifest)));
        return digest(manifest);
    }

    private static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }

    private static String descriptor(String type, long size, String digest) {
        return "{\"mediaType\":\"%s\",\"size\":%d,\"digest\":\"%s\"}".formatted(type, size, digest);
    }

    private String blob(String repository, byte[] content) throws IOException {
        HttpResponse<String> begun =
                send(HttpRequest.newBuilder(uri.resolve("/v2/%s/blobs/uploads/".formatted(repository)))
                        .POST(BodyPublishers.noBody()));
        String digest = digest(content);
        URI place = uri.resolve(begun.headers().firstValue("Location").orElseThrow());
        send(HttpRequest.newBuilder(URI.create(place + "&digest=" + digest))
                .header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofByteArray(content)));
        return digest;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        String pair = Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
        try {
            HttpResponse<String> response =
                    HTTP.send(request.header("Authorization", "Basic " + pair).build(), BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new IOException("%s: %d %s".formatted(response.uri(), response.statusCode(), response.body()));
            }
            return response;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static Packed pack(String name, Layer layer) throws IOException {
        Random random = new Random(name.hashCode());
        return pack(name.replace('/', '-'), layer.bytes(), out -> {
            byte[] piece = new byte[64 * 1024];
            for (long left = layer.bytes(); left > 0; left -= piece.length) {
                if (layer.random()) {
                    random.nextBytes(piece);
                }
                out.write(piece, 0, (int) Math.min(left, piece.length));
            }
        });
    }

    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private static Packed pack(String name, long size, Content content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        MessageDigest sum = sha256();
        try (OutputStream tar = new DigestOutputStream(new GZIPOutputStream(packed), sum)) {
            tar.write(header(name, size));
            content.writeTo(tar);
            int padding = (int) (Math.ceilDiv(size, (long) BLOCK) * BLOCK - size);
            tar.write(new byte[padding + 2 * BLOCK]);
        }
        return new Packed(packed.toByteArray(), "sha256:" + HexFormat.of().formatHex(sum.digest()));
    }

    /// One entry of a tar archive, as POSIX has it.
    private static byte[] header(String name, long size) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000755\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, "%011o\0".formatted(size));
        put(header, 136, "00000000000\0");
        put(header, 148, "        ");
        put(header, 156, "0");
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private static String digest(byte[] content) {
        return "sha256:" + HexFormat.of().formatHex(sha256().digest(content));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
