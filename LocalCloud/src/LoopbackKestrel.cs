using System.Net;
using LocalCloud.Protocol;
using Microsoft.AspNetCore.Connections;

namespace LocalCloud;

/// <summary>
/// Configures Kestrel to listen on loopback only, because it serves plain HTTP and by default checks no credentials.
/// </summary>
internal static class LoopbackKestrel
{
    private const int MaxConnections = 1000;

    /// <exception cref="StartRefusedException">A configured address is not a loopback address.</exception>
    public static void UseLoopbackKestrel(this WebApplicationBuilder builder)
    {
        foreach (var address in ConfiguredAddresses(builder.Configuration))
        {
            if (!IsLoopback(address))
                throw new StartRefusedException(
                    $"LocalCloud listens on loopback only, not on '{address}'. "
                        + "Use http://127.0.0.1:PORT or http://localhost:PORT."
                );
        }
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, LargeBlockPool>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.UsePlaintextHttp2();
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            // S3's largest PutObject with its chunk signatures. The endpoint of JSON calls has its own limit.
            kestrel.Limits.MaxRequestBodySize = 6L * 1024 * 1024 * 1024;
        });
    }

    private static IEnumerable<string> ConfiguredAddresses(IConfiguration configuration)
    {
        // A port alone means every interface (ASPNETCORE_HTTP_PORTS, set by container images). ServerUrls override
        // ports.
        var urls = configuration[WebHostDefaults.ServerUrlsKey];
        var ports = string.IsNullOrEmpty(urls)
            ? Split(configuration[WebHostDefaults.HttpPortsKey])
                .Concat(Split(configuration[WebHostDefaults.HttpsPortsKey]))
                .Select(port => $"http://*:{port}")
            : [];
        var endpoints = configuration
            .GetSection("Kestrel:Endpoints")
            .GetChildren()
            .Select(endpoint => endpoint["Url"])
            .OfType<string>();
        return [.. Split(urls), .. ports, .. endpoints];

        static string[] Split(string? list) =>
            list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
    }

    private static bool IsLoopback(string address)
    {
        var host = BindingAddress.Parse(address).Host;
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }
}
