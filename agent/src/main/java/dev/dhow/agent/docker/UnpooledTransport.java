package dev.dhow.agent.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;

/// A connection of its own for each request.
///
/// An Engine that was told to stop takes no new connection from then on, but answers in those that it has until its
/// last
/// container ended, which may take minutes. What is started then dies with it without its grace, or stays behind where
/// the next Engine does not find it and cannot start it ("task already exists").
record UnpooledTransport(DockerHttpClient client) implements DockerHttpClient {
    @Override
    public Response execute(Request request) {
        return client.execute(
                Request.builder().from(request).putHeader("Connection", "close").build());
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
