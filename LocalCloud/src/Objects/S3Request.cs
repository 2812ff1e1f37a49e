using System.Text;
using LocalCloud.Objects.Storage;
using LocalCloud.Protocol;
using LocalCloud.Protocol.Signatures;

namespace LocalCloud.Objects;

/// <summary>A request with the bucket and the key in its path.</summary>
/// <param name="Bucket">The bucket; empty for requests to the service.</param>
/// <param name="Key">The key in UTF-8; empty for requests to a bucket.</param>
internal sealed record S3Request(HttpContext Context, string Bucket, byte[] Key)
{
    private static readonly UTF8Encoding s_strictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>The verified signature; null if signatures are not checked.</summary>
    public VerifiedSignature? Signature { get; init; }

    public HttpRequest Http => Context.Request;
    public HttpResponse Response => Context.Response;
    public CancellationToken Aborted => Context.RequestAborted;
    public string Resource => Key.Length == 0 ? $"/{Bucket}" : $"/{Bucket}/{Encoding.UTF8.GetString(Key)}";

    public string? Query(string name) => Http.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    public bool HasQuery(string name) => Http.Query.ContainsKey(name);

    public string? Header(string name) => Http.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>Parses the target's path. Dots in it are part of a key like other characters.</summary>
    /// <exception cref="AwsException">InvalidURI.</exception>
    public static S3Request Parse(HttpContext context)
    {
        var path = RequestTarget.Path(context);
        var slash = path.IndexOf('/', 1);
        return slash < 0 ? new S3Request(context, Encoding.UTF8.GetString(Decode(path[1..])), [])
            : slash == 1 ? throw S3Errors.InvalidUri()
            : new S3Request(context, Encoding.UTF8.GetString(Decode(path[1..slash])), Decode(path[(slash + 1)..]));
    }

    /// <summary>Decodes percent escapes. The result is valid UTF-8.</summary>
    /// <exception cref="AwsException">InvalidURI.</exception>
    public static byte[] Decode(string escaped)
    {
        var bytes = RequestTarget.Unescape(escaped) ?? throw S3Errors.InvalidUri();
        try
        {
            s_strictUtf8.GetCharCount(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw S3Errors.InvalidUri();
        }
        return bytes;
    }

    /// <summary>Reads the condition of a write.</summary>
    /// <exception cref="AwsException">NotImplemented: the value of If-None-Match is not *.</exception>
    public WriteCondition? WriteCondition()
    {
        var absent = Header("If-None-Match");
        if (absent is not null && absent != "*")
            throw S3Errors.NotImplemented("If-None-Match of a write with a value other than *");
        var match = Header("If-Match");
        return absent is null && match is null ? null : new WriteCondition(absent is not null, match?.Trim('"'));
    }
}
