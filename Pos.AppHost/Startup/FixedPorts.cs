using System.Net;
using System.Net.Sockets;
using Pos.AppHost.Hosting;

namespace Pos.AppHost.Startup;

/// <summary>Checks that the fixed ports are free.</summary>
internal static class FixedPorts
{
    /// <summary>Ends the AppHost with a message if a port is in use.</summary>
    public static void CheckFixedPorts(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode || builder.UsesRandomPorts())
            return;
        StartRefusal.Print(() =>
        {
            string[] taken =
            [
                .. Wanted(builder)
                    .Where(wanted => IsTaken(wanted.Port))
                    .Select(wanted => $"port {wanted.Port} ({wanted.Name})"),
            ];
            return taken is []
                ? true
                : throw new StartRefusedException(
                    $"Another program uses {string.Join(", ", taken)}. Stop it, or let every part take a free port: "
                        + "dotnet run --project Pos.AppHost -- --DcpPublisher:RandomizePorts=true"
                );
        });
    }

    private static IEnumerable<(int Port, string Name)> Wanted(IDistributedApplicationBuilder builder)
    {
        var dashboard = (builder.Configuration["ASPNETCORE_URLS"] ?? "").Split(';')[0];
        if (Uri.TryCreate(dashboard, UriKind.Absolute, out var url) && url.IsLoopback)
            yield return (url.Port, "dashboard");
        foreach (var resource in builder.Resources.Where(resource => !resource.IsContainer()))
        {
            foreach (var port in resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => endpoint.Port))
            {
                if (port is > 0)
                    yield return (port.Value, resource.Name);
            }
        }
    }

    private static bool IsTaken(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
