using System.Text.Json;
using Npgsql;

namespace Pos.Lookup.Sales;

/// <summary>
/// Reads the warehouse's password from Secrets Manager when a connection is opened. Uses Lambda's extension ("Using AWS
/// Parameters and Secrets Lambda Extension"), which caches it for some minutes. So no setting contains the password,
/// and a rotated one works without a restart.
/// </summary>
/// <param name="url">URL of the secret at the extension.</param>
/// <param name="sessionToken">Session token of the function, which the extension requires.</param>
internal sealed class WarehousePassword(string url, string? sessionToken)
{
    // The extension runs on this machine, and opening a connection waits for it.
    private static readonly HttpClient s_extension = new() { Timeout = TimeSpan.FromSeconds(10) };

    private const string TokenHeader = "X-Aws-Parameters-Secrets-Token";

    /// <exception cref="HttpRequestException">The extension did not return the secret.</exception>
    /// <exception cref="JsonException">The secret is not JSON.</exception>
    /// <exception cref="KeyNotFoundException">The secret is not <c>{"username":…,"password":…}</c>.</exception>
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
            ?? throw new KeyNotFoundException("The 'password' of the warehouse's secret is null.");
    }
}
