using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Auth;

namespace Pos.Ui.Aws;

/// <summary>
/// Signs requests as API Gateway wants them of an IAM identity (Signature Version 4: IAM User Guide, "Create a signed
/// AWS API request"). A body is signed as a whole, so it is gathered before it is sent.
/// </summary>
/// <param name="region">Where the API is.</param>
/// <param name="credentials">The identity; the SDK keeps it and asks anew before it expires.</param>
/// <param name="time">A signature is good for five minutes.</param>
/// <param name="service">API Gateway's name in a signature.</param>
internal sealed class SignedRequests(
    string region,
    Func<Task<ImmutableCredentials>> credentials,
    TimeProvider time,
    string service = "execute-api"
) : DelegatingHandler
{
    private const string Date = "x-amz-date";
    private const string Token = "x-amz-security-token";

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        Sign(request, body, await credentials());
        return await base.SendAsync(request, cancellationToken);
    }

    private void Sign(HttpRequestMessage request, byte[] body, ImmutableCredentials identity)
    {
        var now = time.GetUtcNow().UtcDateTime;
        foreach (var name in (string[])[Date, Token, "Authorization"]) // of an earlier attempt
            request.Headers.Remove(name);
        request.Headers.Add(Date, now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        if (identity.UseToken)
            request.Headers.Add(Token, identity.Token);

        string[] signed = identity.UseToken ? ["host", Date, Token] : ["host", Date];
        var canonical = Canonical(request, signed, body);
        var signature = AWS4Signer.ComputeSignature(
            identity,
            region,
            now,
            service,
            string.Join(';', signed),
            canonical
        );
        request.Headers.TryAddWithoutValidation("Authorization", signature.ForAuthorizationHeader);
    }

    /// <summary>The text that is signed.</summary>
    internal static string Canonical(HttpRequestMessage request, string[] signed, ReadOnlySpan<byte> body)
    {
        var uri = request.RequestUri!;
        var text = new StringBuilder().Append(request.Method).Append('\n');
        // Each part of the path is escaped once more than it is sent; S3 alone does otherwise.
        text.AppendJoin('/', uri.AbsolutePath.Split('/').Select(Uri.EscapeDataString)).Append('\n');
        text.AppendJoin('&', Query(uri)).Append('\n');
        foreach (var name in signed)
            text.Append(name)
                .Append(':')
                .Append(name is "host" ? uri.Authority : request.Headers.GetValues(name).Single())
                .Append('\n');
        return text.Append('\n')
            .AppendJoin(';', signed)
            .Append('\n')
            .Append(Convert.ToHexStringLower(SHA256.HashData(body)))
            .ToString();
    }

    private static IEnumerable<string> Query(Uri uri) =>
        uri
            .Query.TrimStart('?')
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .Select(pair => (Name: Escape(pair[0]), Value: pair.Length > 1 ? Escape(pair[1]) : ""))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal)
            .ThenBy(pair => pair.Value, StringComparer.Ordinal)
            .Select(pair => $"{pair.Name}={pair.Value}");

    private static string Escape(string escaped) => Uri.EscapeDataString(Uri.UnescapeDataString(escaped));
}
