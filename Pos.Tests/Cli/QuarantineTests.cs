using System.Text.RegularExpressions;
using Pos.Cli;
using Pos.Tests.LocalCloud.Tables;
using Pos.Tests.Processor;
using Pos.Tests.Processor.Quarantine;
using Xunit;

namespace Pos.Tests.Cli;

[SystemTest]
public sealed class QuarantineTests(SharedTables tableServer) : IAsyncLifetime
{
    private static readonly string s_good = Records.Text(Samples.Purchase("A"));
    private static readonly string s_bad = s_good.Replace("\"quantity\":6", "\"quantity\":0");

    private readonly PosCommand _pos = new();
    private ProcessorServer _processor = null!;

    public async ValueTask InitializeAsync()
    {
        _processor = await ProcessorServer.StartAsync(tableServer);
        _pos.FileOf(".pos/endpoints.json", $$"""{"processor":"{{_processor.Url}}"}""");
    }

    public async ValueTask DisposeAsync()
    {
        _pos.Dispose();
        await _processor.DisposeAsync();
    }

    [Fact]
    public async Task An_entry_is_listed_shown_corrected_and_retried()
    {
        Assert.Equal((ExitCodes.Done, "The quarantine is empty."), await RunAsync("list"));
        await _processor.HandleAsync(Records.FromText(1, s_bad));
        var id = Assert.Single(await _processor.IdsAsync());

        var (exitCode, list) = await RunAsync("list", "--reason", "invalid_purchase");
        Assert.Equal(ExitCodes.Done, exitCode);
        Assert.StartsWith(
            $"{id}\n  invalid_purchase  open  2026-03-04 05:06:08Z  A  lines[0].quantity ",
            list,
            StringComparison.Ordinal
        );
        Assert.EndsWith("invalid_purchase: 1 open, 0 replayed, 0 discarded", list, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Done, s_bad), await RunAsync("show", id, "--raw"));
        Assert.Contains(s_bad, (await RunAsync("show", id)).Output, StringComparison.Ordinal);

        var rejected = await _pos.RunAsync("quarantine", "replay", id); // The name until 0.2.
        Assert.Equal(ExitCodes.SomeRejected, rejected.ExitCode);
        Assert.Contains("lines[0].quantity", rejected.Errors, StringComparison.Ordinal);
        Assert.Equal(
            (ExitCodes.Done, $"{id} replayed"),
            await RunAsync(
                "retry",
                id,
                "--file",
                _pos.FileOf("corrected.json", Regex.Replace(s_good, ",\"ingested_at\":\"[^\"]*\"", ""))
            )
        );
        Assert.Equal(["A/1=6"], (await _processor.LinesAsync()).Lookup);
    }

    [Fact]
    public async Task An_entry_is_discarded_with_a_note_and_cannot_be_retried_afterwards()
    {
        await _processor.HandleAsync(Records.FromText(1, s_bad));
        var id = Assert.Single(await _processor.IdsAsync());

        Assert.Equal(
            (ExitCodes.Done, $"{id} discarded"),
            await RunAsync("discard", id, "--note", "a test of the till")
        );

        Assert.Contains("a test of the till", (await RunAsync("show", id)).Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.SomeRejected, (await RunAsync("retry", id)).ExitCode);
    }

    [Fact]
    public async Task All_entries_or_those_of_a_reason_are_retried_and_failures_are_named()
    {
        await _processor.DiscardAsync(Records.Create(1, Samples.Purchase("A")));
        await _processor.DiscardAsync(Records.Create(2, Samples.Purchase("B")));
        await _processor.HandleAsync(Records.FromText(3, s_bad));

        var all = await RunAsync("retry", "--all");
        var again = await RunAsync("retry", "--reason", "retries_exhausted");

        Assert.Equal(ExitCodes.SomeRejected, all.ExitCode);
        Assert.EndsWith("2 replayed, 1 rejected.", all.Output, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Done, "0 replayed, 0 rejected."), again);
    }

    [Theory]
    [InlineData(ExitCodes.Unusable, "show", "no-such-entry")]
    [InlineData(ExitCodes.Unusable, "list", "--reason", "bad_luck")]
    [InlineData(ExitCodes.Unusable, "retry")]
    [InlineData(ExitCodes.Unusable, "retry", "--all", "--file", "x.json")]
    [InlineData(ExitCodes.Unusable, "retry", "x", "--file", "no-such-file.json")]
    [InlineData(ExitCodes.Unusable, "discard", "x")]
    [InlineData(ExitCodes.Unavailable, "list", "--processor", "http://127.0.0.1:1")]
    public async Task Failures_have_their_exit_codes(int exitCode, params string[] args) =>
        Assert.Equal(exitCode, (await RunAsync(args)).ExitCode);

    private async Task<(int ExitCode, string Output)> RunAsync(params string[] args)
    {
        var (exitCode, output, _) = await _pos.RunAsync(["quarantine", .. args]);
        return (exitCode, output.ReplaceLineEndings("\n").TrimEnd());
    }
}
