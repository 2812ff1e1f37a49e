using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Pos.Tests.Dynalite;

public sealed class AbortedRequestTests(DynaliteServer dynalite)
{
    [Fact]
    public async Task Client_that_dies_in_the_middle_of_a_request_does_not_end_the_server()
    {
        var tables = await dynalite.StartAsync();
        var url = new Uri(dynalite.Url!);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
            {
                await socket.ConnectAsync(url.Host, url.Port);
                await socket.SendAsync(
                    Encoding.ASCII.GetBytes(
                        "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n"
                    )
                );
                await socket.ReceiveAsync(new byte[100]); // It has the request's head.
                socket.LingerState = new(true, 0); // Reset, not closed.
            }
            Assert.NotNull(await tables.ListTablesAsync());
        }
    }
}
