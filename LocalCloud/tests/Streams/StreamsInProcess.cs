using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCloud.Faults;
using LocalCloud.Protocol;
using LocalCloud.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LocalCloud.Tests.Streams;

/// <summary>Streams without an HTTP server, for tests with thousands of calls.</summary>
internal sealed class StreamsInProcess : IAsyncDisposable
{
    private readonly IHost _app;
    private readonly IAwsJsonService _kinesis;

    private StreamsInProcess(IHost app)
    {
        _app = app;
        _kinesis = app.Services.GetRequiredService<IAwsJsonService>();
        Store = app.Services.GetRequiredService<StreamStore>();
    }

    public StreamStore Store { get; }

    public static async Task<StreamsInProcess> StartAsync(string folder, TimeProvider time, int segmentBytes)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["LocalCloud:DataFolder"] = folder;
        builder.Configuration["LocalCloud:Streams:SegmentBytes"] = $"{segmentBytes}";
        builder.Services.AddLogging();
        builder.Services.AddOptions<LocalCloudOptions>().BindConfiguration(LocalCloudOptions.Section);
        builder.Services.AddSingleton<TimeProvider>(new TimeWithoutTimers(time));
        builder.Services.AddSingleton<DataFolder>();
        builder.Services.AddSingleton<FaultInjection>();
        builder.AddStreams();
        var streams = new StreamsInProcess(builder.Build());
        await streams.Store.StartAsync(CancellationToken.None);
        return streams;
    }

    /// <exception cref="AwsException">The response is an error.</exception>
    public async Task<JsonNode> CallAsync(string operation, JsonObject request)
    {
        using var answer = new PooledBuffer();
        await using (var writer = new Utf8JsonWriter(answer))
            await _kinesis.HandleAsync(
                operation,
                JsonSerializer.SerializeToUtf8Bytes(request),
                writer,
                CancellationToken.None
            );
        return JsonNode.Parse(answer.WrittenSpan)!;
    }

    /// <summary>A clock without timers, so that retention is applied only when a test does it.</summary>
    private sealed class TimeWithoutTimers(TimeProvider time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.StopAsync(CancellationToken.None);
        _app.Dispose();
    }
}
