using System.Text.Json;
using Npgsql;

namespace Pos.Lookup.Sales;

/// <summary>
/// Reads the warehouse's password from Secrets Manager when a connection is made, through Lambda's extension for it
/// ("Using AWS Parameters and Secrets Lambda Extension"), which keeps it for some minutes: it stands in no setting, and
/// a new one is found without a restart.
/// </summary>
/// <param name="url">Where the extension answers for the secret.</param>
/// <param name="sessionToken">The function's own, which the extension asks for.</param>
internal sealed class WarehousePassword(string url, string? sessionToken)
{
    // On this machine, and a connection waits for it.
    private static readonly HttpClient s_extension = new() { Timeout = TimeSpan.FromSeconds(10) };

    private const string TokenHeader = "X-Aws-Parameters-Secrets-Token";

    /// <exception cref="HttpRequestException">The extension did not answer with a secret.</exception>
    /// <exception cref="JsonException">The secret is no JSON.</exception>
    /// <exception cref="KeyNotFoundException">It is not <c>{"username":…,"password":…}</c>.</exception>
    public async ValueTask<string> ReadAsync(
        NpgsqlConnectionStringBuilder connection,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add(TokenHeader, sessionToken);
        using var response = await s_extension.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        using var secret = JsonDocument.Parse(answer.RootElement.GetProperty("SecretString").GetString() ?? "");
        return secret.RootElement.GetProperty("password").GetString()
            ?? throw new KeyNotFoundException("The secret's password is null.");
    }
}
