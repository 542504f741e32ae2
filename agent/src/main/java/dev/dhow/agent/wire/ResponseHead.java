package dev.dhow.agent.wire;

import java.util.List;

/// What a server says before the body of its answer.
///
/// @param status 101, or from 200 to 999
/// @param reason its words for it; often empty
/// @param fields in the order in which they came
/// @param body octets that follow, 0 where none may; [#UNKNOWN]: until the body says that it ends
/// @param stays whether the connection is good for more requests
public record ResponseHead(int status, String reason, List<Field> fields, long body, boolean stays) {
    /// The body's length is told by its chunks, or by the end of the connection.
    public static final long UNKNOWN = -1;
}
