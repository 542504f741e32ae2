package dev.dhow.agent.upstream;

import dev.dhow.agent.wire.Field;
import dev.dhow.agent.wire.ResponseHead;
import java.util.List;

/// Hears how a request is answered. After its end, or after [#broke], it hears no more.
public interface AnswerListener {
    /// The answer begins. A status of 101 says that what comes behind it is of another protocol.
    void head(ResponseHead head);

    /// All that came by now was told, and the answer goes on. Comes with each read.
    void pause();

    /// The next part of the body, or of the other protocol.
    void part(Part part);

    /// The answer is whole, or the other protocol's connection has ended.
    void end(List<Field> trailers);

    /// The answer does not come, or not to its end.
    void broke(Fault fault);
}
