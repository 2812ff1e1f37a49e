using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pos.Lookup.Sales;
using Pos.ServiceDefaults;
using Xunit;

namespace Pos.Tests.Lookup;

/// <summary>The warehouse's password from Secrets Manager, as Lambda's extension returns it.</summary>
[SystemTest]
public sealed class WarehousePasswordTests
{
    [Fact]
    public async Task Connection_uses_the_password_of_the_secret()
    {
        var requests = new List<string>();
        await using var extension = WebApplication
            .CreateBuilder(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"])
            .Build();
        extension.MapGet("/secretsmanager/get", (HttpRequest request, string secretId) =>
        {
            requests.Add($"{secretId} {request.Headers["X-Aws-Parameters-Secrets-Token"]}");
            return Results.Text(
                """{"Name":"reader","SecretString":"{\"username\":\"pos_reader\",\"password\":\"S3cret\"}"}""",
                "application/json"
            );
        });
        await extension.StartAsync();
        var url = extension
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.First();
        using var warehouse = new TcpListener(IPAddress.Loopback, 0);
        warehouse.Start();
        var password = ReceivePasswordAsync(warehouse);

        var builder = WebApplication.CreateBuilder([
            $"--ConnectionStrings:warehouse=Host=127.0.0.1;Port={((IPEndPoint)warehouse.LocalEndpoint).Port};"
                + "Username=pos_reader;Database=pos;SSL Mode=Disable;GSS Encryption Mode=Disable",
            $"--Lookup:Sales:PasswordUrl={url}/secretsmanager/get?secretId=arn:reader",
            "--AWS_SESSION_TOKEN=session",
            "--Logging:LogLevel:Default=None",
        ]);
        builder.AddServiceDefaults();
        builder.AddSales();
        await using var lookup = builder.Build();

        // The listener closes the connection after it has received the password.
        await Assert.ThrowsAnyAsync<NpgsqlException>(async () =>
            await lookup.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync()
        );

        Assert.Equal("S3cret", await password);
        Assert.Equal(["arn:reader session"], requests);
    }

    /// <summary>Reads a Postgres client's startup message, requests its password and closes the connection.</summary>
    private static async Task<string> ReceivePasswordAsync(TcpListener listener)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var client = await listener.AcceptTcpClientAsync(limit.Token);
        await using var stream = client.GetStream();
        await ReadBodyAsync();
        // AuthenticationCleartextPassword
        await stream.WriteAsync(new byte[] { (byte)'R', 0, 0, 0, 8, 0, 0, 0, 3 }, limit.Token);
        await stream.ReadExactlyAsync(new byte[1], limit.Token); // 'p'
        return Encoding.UTF8.GetString(await ReadBodyAsync()).TrimEnd('\0');

        async Task<byte[]> ReadBodyAsync()
        {
            var length = new byte[4];
            await stream.ReadExactlyAsync(length, limit.Token);
            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(length) - 4];
            await stream.ReadExactlyAsync(body, limit.Token);
            return body;
        }
    }
}
