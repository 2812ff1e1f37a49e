using System.Text.Encodings.Web;
using System.Text.Json;

namespace LocalCloud.Protocol;

/// <summary>
/// An AWS service with the JSON 1.0 or 1.1 protocol: <c>POST /</c> with <c>X-Amz-Target: PREFIX.Operation</c>.
/// </summary>
internal interface IAwsJsonService
{
    /// <summary>The target's part before the dot, such as <c>Kinesis_20131202</c>.</summary>
    string TargetPrefix { get; }

    /// <summary>Protocol version of responses. Only services with version 1.1 support CBOR as well.</summary>
    string ContentType => AwsJsonContent.Json11;

    /// <summary>Maximum size of request bodies. Larger ones are rejected.</summary>
    int MaxBodyBytes => RequestBodies.DefaultMaxBytes;

    /// <summary>Adds the CRC-32 of each response as <c>x-amz-crc32</c>.</summary>
    bool HasChecksum => false;

    /// <summary>Encoder that decides which characters a response escapes.</summary>
    JavaScriptEncoder? Encoder => null;

    /// <summary>Returns the <c>__type</c> of an error, which some services qualify.</summary>
    string ErrorType(string code) => code;

    /// <summary>Returns the name of the member with an error's message. Empty messages are omitted.</summary>
    string MessageMember(string code) => "message";

    /// <summary>
    /// Returns the maximum size in KiB of the operation's response as JSON; 0 if it is always small.
    /// </summary>
    int MaxResponseKilobytes(string operation) => 0;

    /// <summary>Handles one call.</summary>
    /// <param name="operation">The target's part after the dot.</param>
    /// <param name="request">The complete request body. It is valid until the returned task completes.</param>
    /// <param name="response">Receives the response's JSON object. An exception discards its content.</param>
    /// <exception cref="AwsException">The error to return to the client.</exception>
    /// <exception cref="JsonException">The request has another structure: SerializationException.</exception>
    Task HandleAsync(
        string operation,
        ReadOnlyMemory<byte> request,
        Utf8JsonWriter response,
        CancellationToken cancellationToken
    );
}
