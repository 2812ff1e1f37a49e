using System.Net;
using LocalCloud.Protocol;
using Microsoft.AspNetCore.Connections;

namespace LocalCloud;

/// <summary>Kestrel on loopback only: plain HTTP, and without a configured access key anyone is served.</summary>
internal static class LoopbackKestrel
{
    private const int MostConnections = 1000;

    /// <exception cref="StartRefusedException">A configured address is not a loopback one.</exception>
    public static void UseBoundedKestrel(this WebApplicationBuilder builder)
    {
        foreach (var address in ConfiguredAddresses(builder.Configuration))
        {
            if (!IsLoopback(address))
                throw new StartRefusedException(
                    $"LocalCloud listens on loopback only, not on '{address}'. Use http://127.0.0.1:PORT or http://localhost:PORT."
                );
        }
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, LargeBlocks>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.UsePlaintextHttp2();
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            // S3's largest PutObject, chunk signatures included. JSON calls are bounded by their endpoint.
            kestrel.Limits.MaxRequestBodySize = 6L * 1024 * 1024 * 1024;
        });
    }

    private static IEnumerable<string> ConfiguredAddresses(IConfiguration configuration)
    {
        // Ports alone mean every interface (ASPNETCORE_HTTP_PORTS, as container images set it); urls, where given, go
        // before them.
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
