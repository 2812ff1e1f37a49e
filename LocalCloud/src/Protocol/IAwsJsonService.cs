using System.Text.Encodings.Web;
using System.Text.Json;

namespace LocalCloud.Protocol;

/// <summary>
/// An AWS service of the JSON 1.0 or 1.1 protocol: <c>POST /</c> with <c>X-Amz-Target: PREFIX.Operation</c>.
/// </summary>
internal interface IAwsJsonService
{
    /// <summary>The target's part before the dot, such as <c>Kinesis_20131202</c>.</summary>
    string TargetPrefix { get; }

    /// <summary>The protocol version that the service answers in. Only services of 1.1 have CBOR as well.</summary>
    string ContentType => AwsJsonContent.Json11;

    /// <summary>Larger request bodies are refused.</summary>
    int MaxBodyBytes => RequestBodies.DefaultMaxBytes;

    /// <summary>Adds the CRC-32 of each answer as <c>x-amz-crc32</c>.</summary>
    bool HasChecksum => false;

    /// <summary>Decides which characters an answer escapes.</summary>
    JavaScriptEncoder? Encoder => null;

    /// <summary>Returns the <c>__type</c> of an error, which some services qualify.</summary>
    string ErrorType(string code) => code;

    /// <summary>Returns the name of the member with an error's message. An empty message is left out.</summary>
    string MessageMember(string code) => "message";

    /// <summary>
    /// What an answer of the operation may take in memory, in KiB, as JSON; 0 when that is next to nothing.
    /// </summary>
    int AnswerKilobytes(string operation) => 0;

    /// <summary>Answers one call.</summary>
    /// <param name="operation">The target's part after the dot.</param>
    /// <param name="request">The request body, whole; not to be used once the returned task has completed.</param>
    /// <param name="response">Where the answer's JSON object goes; what has been written is dropped on an
    /// exception.</param>
    /// <exception cref="AwsException">An error of the service, told to the client by its code.</exception>
    /// <exception cref="JsonException">The request is not what the operation takes: SerializationException.</exception>
    Task HandleAsync(
        string operation,
        ReadOnlyMemory<byte> request,
        Utf8JsonWriter response,
        CancellationToken cancellationToken
    );
}
