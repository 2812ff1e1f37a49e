using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;

namespace LocalCloud.Tests.Objects;

/// <summary>Creates official clients with common settings, and sends raw HTTP that no client would send.</summary>
internal static class S3Client
{
    public const string AccessKeyId = "LOCALCLOUDTESTS";
    public const string SecretAccessKey = "local/secret+key";

    public static readonly BasicAWSCredentials Credentials = new(AccessKeyId, SecretAccessKey);

    /// <summary>Settings that make LocalCloud require <see cref="Credentials"/>.</summary>
    public static readonly string[] Keys =
    [
        $"--LocalCloud:AccessKeyId={AccessKeyId}",
        $"--LocalCloud:SecretAccessKey={SecretAccessKey}",
    ];

    public static AmazonS3Client For(LocalCloudServer server) => For(server.Url);

    public static AmazonS3Client For(string url, AWSCredentials? credentials = null, int maxRetries = 4) =>
        new(
            credentials ?? Credentials,
            new AmazonS3Config
            {
                ServiceURL = url,
                ForcePathStyle = true,
                UseHttp = true,
                AuthenticationRegion = "us-east-1",
                MaxErrorRetry = maxRetries,
            }
        );

    public static async Task<AmazonS3Client> WithBucketAsync(LocalCloudServer server, string bucket, int maxRetries = 4)
    {
        var client = For(server.Url, maxRetries: maxRetries);
        await client.PutBucketAsync(bucket);
        return client;
    }

    /// <summary>Sends the bytes unchanged and reads one response: status and body.</summary>
    /// <param name="head">The request line and headers, one a line; Host and the empty line are added.</param>
    /// <param name="endAfter">True to shut down the sending side after the body.</param>
    public static async Task<(int Status, string Body)> SendAsync(
        string url,
        string[] head,
        string body = "",
        bool endAfter = false
    )
    {
        var uri = new Uri(url);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, uri.Port, timeout.Token);
        var stream = connection.GetStream();
        await stream.WriteAsync(
            Encoding.Latin1.GetBytes(
                string.Join("\r\n", [.. head, $"Host: 127.0.0.1:{uri.Port}", "Connection: close", "", ""]) + body
            ),
            timeout.Token
        );
        if (endAfter)
            connection.Client.Shutdown(SocketShutdown.Send);
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, timeout.Token);
        }
        catch (IOException) when (endAfter)
        {
            // The server may reset the connection of a sender that ends early, and the rest of the response is lost.
        }
        var text = Encoding.UTF8.GetString(answer.ToArray());
        if (text.Length == 0)
            return (0, "");
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return (int.Parse(text.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture), text[(end + 4)..]);
    }
}
