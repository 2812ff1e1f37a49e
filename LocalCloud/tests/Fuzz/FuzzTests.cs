using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using LocalCloud.Benchmarks;
using LocalCloud.Tests.Objects;
using LocalCloud.Tests.Streams;
using Xunit;
using LocalCloudProcess = LocalCloud.Tests.Support.LocalCloudProcess;

namespace LocalCloud.Tests.Fuzz;

/// <summary>
/// Sends requests of all protocols that are almost valid. POS_FUZZ_REQUESTS sets their number (default 3,000), and
/// POS_FUZZ_SEED sets the seed (default random; failures print it).
/// </summary>
[SystemTest]
public sealed class FuzzTests
{
    private const int Connections = 24;
    private const int MaxBytes = 512 * 1024 * 1024;
    private const int StatusLine = 12; // the length of "HTTP/1.1 " and the status
    private static readonly byte[] s_continue = "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray();
    private static readonly TimeSpan s_answer = TimeSpan.FromMilliseconds(100);

    private readonly int _requests = Setting("POS_FUZZ_REQUESTS", 3000);
    private readonly int _seed = Setting("POS_FUZZ_SEED", Random.Shared.Next(1_000_000_000));

    [Fact]
    public async Task Malformed_requests_return_a_status_below_500_and_do_no_harm()
    {
        using var parent = new TemporaryFolder();
        await using var server = await StartAsync(parent);
        using var kinesis = new KinesisCalls(server.Url);
        await kinesis.CreateAsync("s");
        using var s3 = S3Client.For(server.Url);
        await s3.PutBucketAsync("lake");

        await SendAsync(server.Url, random => new Mixed(
            random,
            [
                new ApiRequestFuzz(random, "application/x-amz-json-1.1", new JsonBodyFuzz(random).Next),
                new ApiRequestFuzz(random, "application/x-amz-cbor-1.1", new CborBodyFuzz(random).Next),
                new S3RequestFuzz(random),
            ]
        ));

        await s3.PutBucketAsync("lake"); // a request may have deleted it
        await kinesis.CreateAsync("good");
        await kinesis.PutAsync("good", "k", "text");
        Assert.Equal(["text"], await kinesis.ReadAsync("good", "shardId-000000000000"));
        await AssertServesAsync(server, s3, parent);
    }

    [Fact]
    public async Task Wrong_signatures_are_rejected_and_do_no_harm()
    {
        using var parent = new TemporaryFolder();
        await using var server = await StartAsync(parent, S3Client.Keys);
        using var s3 = S3Client.For(server.Url);
        await s3.PutBucketAsync("lake");
        await s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = "lake",
                Key = "k",
                ContentBody = "kept",
            }
        );

        await SendAsync(
            server.Url,
            random => new SignedRequestFuzz(random),
            isServed: status => status is 0 or (>= 400 and < 500) or 501 or 505
        );

        Assert.Equal("kept", Encoding.UTF8.GetString(await S3ObjectsTests.ReadAsync(s3, "lake", "k")));
        await AssertServesAsync(server, s3, parent);
    }

    private static Task<LocalCloudProcess> StartAsync(TemporaryFolder parent, params string[] settings)
    {
        var folder = Path.Combine(parent.Path, "data");
        Directory.CreateDirectory(folder);
        return LocalCloudProcess.StartAsync(folder, ["--Logging:LogLevel:Default=Error", .. settings]);
    }

    private async Task SendAsync(string url, Func<Random, IRequestFuzz> createFuzz, Func<int, bool>? isServed = null)
    {
        isServed ??= status => status is 0 or (>= 200 and < 500) or 501 or 505;
        var answers = new System.Collections.Concurrent.ConcurrentDictionary<int, int>();
        await Task.WhenAll(
            Enumerable
                .Range(0, Connections)
                .Select(number =>
                    Task.Run(async () =>
                    {
                        var fuzz = createFuzz(new Random(_seed + number));
                        using var connection = new RawConnection(new Uri(url));
                        for (var i = 0; i < _requests / Connections; i++)
                        {
                            var request = fuzz.Next();
                            var status = request.IsFramed
                                ? (await connection.ExchangeAsync(request.Bytes, CancellationToken.None)).Status
                                : await StatusAsync(url, request.Bytes);
                            Assert.True(
                                isServed(status),
                                $"seed {_seed}: {status} to\n{Encoding.Latin1.GetString(request.Bytes)}\n"
                                    + Convert.ToHexString(request.Bytes)
                            );
                            answers.AddOrUpdate(status, 1, (_, count) => count + 1);
                        }
                    })
                )
        );
        var counts = answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Value:N0} of {answer.Key}");
        TestContext.Current.TestOutputHelper?.WriteLine($"Seed {_seed}: {string.Join(", ", counts)}");
    }

    private static async Task AssertServesAsync(LocalCloudProcess server, AmazonS3Client s3, TemporaryFolder parent)
    {
        await s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = "lake",
                Key = "good",
                ContentBody = "text",
            }
        );
        Assert.Equal("text", Encoding.UTF8.GetString(await S3ObjectsTests.ReadAsync(s3, "lake", "good")));
        using var http = new HttpClient();
        Assert.Equal("Healthy", await http.GetStringAsync($"{server.Url}/_health"));
        Assert.Equal(["data"], Directory.EnumerateFileSystemEntries(parent.Path).Select(Path.GetFileName));
        Assert.Equal(
            [".lock", "delivery", "objects", "streams", "tables"],
            Directory
                .EnumerateFileSystemEntries(Path.Combine(parent.Path, "data"))
                .Select(Path.GetFileName)
                .Order(StringComparer.Ordinal)
        );
        Assert.InRange(server.PeakBytes, 1, MaxBytes);
        Assert.DoesNotContain(server.Output, line =>
            line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal)
        );
    }

    /// <summary>Sends a request that no other request can follow, on a separate connection.</summary>
    /// <returns>The status; 0 if the server closed the connection without a response.</returns>
    private static async Task<int> StatusAsync(string url, byte[] request)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var connection = new TcpClient { LingerState = new LingerOption(true, 0) };
        await connection.ConnectAsync(IPAddress.Loopback, new Uri(url).Port, timeout.Token);
        var stream = connection.GetStream();
        var answer = new byte[64];
        var length = 0;
        try
        {
            await stream.WriteAsync(request, timeout.Token);
            var reading = ReadAsync();
            // A server without a response waits for more bytes, which do not come.
            if (await Task.WhenAny(reading, Task.Delay(s_answer, timeout.Token)) != reading)
                connection.Client.Shutdown(SocketShutdown.Send);
            await reading;
        }
        catch (IOException)
        {
            // A reset is also a response.
        }
        return length >= Final() + StatusLine
            ? int.Parse(answer.AsSpan(Final() + 9, 3), NumberStyles.None, CultureInfo.InvariantCulture)
            : 0;

        // Ignore interim 100 responses.
        int Final() => length >= StatusLine && answer.AsSpan(9, 3).SequenceEqual("100"u8) ? s_continue.Length : 0;

        async Task ReadAsync()
        {
            while (
                length < Final() + StatusLine
                && await stream.ReadAsync(answer.AsMemory(length), timeout.Token) is > 0 and var read
            )
                length += read;
        }
    }

    private static int Setting(string name, int ifMissing) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : ifMissing;

    private sealed class Mixed(Random random, IRequestFuzz[] parts) : IRequestFuzz
    {
        public FuzzedRequest Next() => parts[random.Next(parts.Length)].Next();
    }
}
