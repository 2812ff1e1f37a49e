using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Pos.LocalCloud.Objects.Storage;
using Pos.LocalCloud.Protocol;

namespace Pos.LocalCloud.Objects;

/// <summary>A request and what its path names.</summary>
/// <param name="Bucket">Empty: the service.</param>
/// <param name="Key">UTF-8; empty: the bucket.</param>
internal sealed record S3Request(HttpContext Context, string Bucket, byte[] Key)
{
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public HttpRequest Http => Context.Request;
    public HttpResponse Response => Context.Response;
    public CancellationToken Aborted => Context.RequestAborted;
    public string Resource => Key.Length == 0 ? $"/{Bucket}" : $"/{Bucket}/{Encoding.UTF8.GetString(Key)}";

    public string? Query(string name) => Http.Query.TryGetValue(name, out var value) ? value.ToString() : null;
    public bool HasQuery(string name) => Http.Query.ContainsKey(name);
    public string? Header(string name) => Http.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>
    /// From the target as it was sent: the server's decoded path has its dot segments resolved, and in S3 <c>a/../b</c> is a key like any other.
    /// </summary>
    /// <exception cref="AwsException">InvalidURI.</exception>
    public static S3Request Parse(HttpContext context)
    {
        var path = RawPath(context).TrimStart('/') is var trimmed && RawPath(context).Length - trimmed.Length <= 1 ? trimmed : throw S3Errors.InvalidUri();
        var slash = path.IndexOf('/');
        return slash < 0
            ? new S3Request(context, Encoding.UTF8.GetString(Decode(path)), [])
            : new S3Request(context, Encoding.UTF8.GetString(Decode(path[..slash])), Decode(path[(slash + 1)..]));
    }

    /// <summary>Path of the request target, still escaped.</summary>
    public static string RawPath(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.IndexOf('?') is >= 0 and var query)
            target = target[..query];
        if (target.StartsWith('/'))
            return target;
        // Absolute form, as to a proxy.
        var authority = target.IndexOf("://", StringComparison.Ordinal);
        var path = authority < 0 ? -1 : target.IndexOf('/', authority + 3);
        return path < 0 ? "/" : target[path..];
    }

    /// <summary>Takes percent escapes off; the result is whole UTF-8.</summary>
    public static byte[] Decode(string escaped)
    {
        var bytes = Encoding.UTF8.GetBytes(escaped);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++, length++)
        {
            if (bytes[i] != '%')
            {
                bytes[length] = bytes[i];
                continue;
            }
            if (i + 2 >= bytes.Length || !char.IsAsciiHexDigit((char)bytes[i + 1]) || !char.IsAsciiHexDigit((char)bytes[i + 2]))
                throw S3Errors.InvalidUri();
            bytes[length] = Convert.FromHexString([(char)bytes[i + 1], (char)bytes[i + 2]])[0];
            i += 2;
        }
        try
        {
            s_strictUtf8.GetCharCount(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw S3Errors.InvalidUri();
        }
        return bytes[..length];
    }

    /// <exception cref="AwsException">NotImplemented: S3 has other conditions of writes for no operation.</exception>
    public WriteCondition? WriteCondition()
    {
        var absent = Header("If-None-Match");
        if (absent is not null && absent != "*")
            throw S3Errors.NotImplemented("If-None-Match of a write takes * only");
        var match = Header("If-Match");
        return absent is null && match is null ? null : new WriteCondition(absent is not null, match?.Trim('"'));
    }
}
