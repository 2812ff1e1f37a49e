using System.Net;
using System.Net.Sockets;

namespace LocalCloud.Tests.Support;

internal static class Loopback
{
    // Below those that systems give to who connects or listens without naming a port, of whom many run beside a test.
    private const int Lowest = 10_000;
    private const int End = 32_768;

    /// <summary>A port that nobody listens on, for a program that cannot choose one itself.</summary>
    public static int FreePort()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(Lowest, End));
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Somebody does.
            }
        }
    }
}
