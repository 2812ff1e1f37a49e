using Microsoft.AspNetCore.Http;
using Pos.Cli;
using Pos.Cli.Generate;
using Pos.Contracts;
using Xunit;

namespace Pos.Tests.Cli;

[SystemTest]
public sealed class ReplayTests : IDisposable
{
    private const string Header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

    private readonly PosCommand _pos = new();

    public void Dispose() => _pos.Dispose();

    [Fact]
    public async Task Every_row_arrives_once_and_the_rows_of_a_purchase_keep_their_order()
    {
        await using var ingest = await ScriptedIngest.StartAsync();
        var rows = Rows(3_000);
        var (exitCode, output, errors) = await _pos.RunAsync(
            "replay",
            Csv(rows),
            "--to",
            ingest.Url,
            "--batch",
            "7",
            "--concurrency",
            "5"
        );

        Assert.Equal((ExitCodes.Done, ""), (exitCode, errors));
        Assert.Contains("3,000 rows", output, StringComparison.Ordinal);
        Assert.Contains("3,000 lines accepted, 0 rows rejected", output, StringComparison.Ordinal);
        AssertSame(rows, ingest.Accepted);
        Assert.All(ingest.Accepted.GroupBy(purchase => purchase.PurchaseId), posts =>
            Assert.Equal(
                posts.SelectMany(post => post.Lines).Select(line => line.Line).Order(),
                posts.SelectMany(post => post.Lines).Select(line => line.Line)
            )
        );
        Assert.Empty(Directory.GetFiles(_pos.Folder, "*.rejects.csv"));
    }

    [Fact]
    public async Task A_busy_target_gets_the_request_again_after_Retry_After()
    {
        await using var ingest = await ScriptedIngest.StartAsync();
        ingest.Script = (post, _) =>
            post is 1 or 2 ? new Busy(StatusCodes.Status503ServiceUnavailable)
            : post == 4 ? new Busy(StatusCodes.Status429TooManyRequests)
            : null;
        var rows = Rows(400);
        var (exitCode, _, errors) = await _pos.RunAsync("replay", Csv(rows), "--to", ingest.Url, "--batch", "10");

        Assert.Equal((ExitCodes.Done, ""), (exitCode, errors));
        AssertSame(rows, ingest.Accepted);
    }

    [Fact]
    public async Task Purchases_that_the_stream_did_not_acknowledge_are_sent_again()
    {
        await using var ingest = await ScriptedIngest.StartAsync();
        ingest.Script = (post, purchases) =>
        {
            if (post != 0)
                return null;
            foreach (var purchase in purchases.Skip(1).SkipLast(1))
                ingest.Accepted.Enqueue(purchase);
            return ScriptedIngest.Rejected(
                purchases.Count - 2,
                (0, "unavailable"),
                (purchases.Count - 1, "unavailable")
            );
        };
        var rows = Rows(300);
        var (exitCode, _, _) = await _pos.RunAsync("replay", Csv(rows), "--to", ingest.Url);

        Assert.Equal(ExitCodes.Done, exitCode);
        AssertSame(rows, ingest.Accepted);
    }

    [Fact]
    public async Task Invalid_rows_go_to_the_rejects_file_with_number_and_reasons_and_the_others_are_sent()
    {
        await using var ingest = await ScriptedIngest.StartAsync();
        var file = _pos.FileOf(
            "till.csv",
            Header
                + "1,A,GOOD,1,2025-01-01 08:00,1.00,17850.0,France\n"
                + "1,B,NONE,0,2025-01-01 08:00,abc,17850.0,France\n"
                + "1,C,GOOD,2,2025-01-01 08:00,2.00,17850.0,France\n"
                + "2,D,FEW\n"
                + "3,E,GOOD,3,2025-01-01 08:00,3.00,,France\n"
        );
        var (exitCode, output, _) = await _pos.RunAsync("replay", file, "--to", ingest.Url);

        Assert.Equal(ExitCodes.SomeRejected, exitCode);
        Assert.Contains("2 rows rejected", output, StringComparison.Ordinal);
        Assert.Equal(
            [1, 3, 1],
            ingest
                .Accepted.OrderBy(purchase => purchase.PurchaseId)
                .SelectMany(purchase => purchase.Lines)
                .Select(line => line.Line)
        );
        var rejects = await File.ReadAllLinesAsync(Path.Combine(_pos.Folder, "till.rejects.csv"));
        Assert.Equal("row_number,errors,row", rejects[0]);
        Assert.StartsWith("3,", rejects[1], StringComparison.Ordinal);
        Assert.Contains("quantity", rejects[1], StringComparison.Ordinal);
        Assert.Contains("unit_price", rejects[1], StringComparison.Ordinal);
        Assert.Contains("1,B,NONE,0", rejects[1], StringComparison.Ordinal);
        Assert.StartsWith("5,", rejects[2], StringComparison.Ordinal);
        Assert.Equal(3, rejects.Length);
    }

    [Fact]
    public async Task Purchases_that_the_target_rejects_go_to_the_rejects_file_row_by_row()
    {
        await using var ingest = await ScriptedIngest.StartAsync();
        ingest.Script = (_, purchases) => ScriptedIngest.Rejected(purchases.Count - 1, (1, "out_of_range"));
        var file = _pos.FileOf(
            "till.csv",
            Header
                + "1,A,X,1,2025-01-01 08:00,1.00,,\n2,B,X,1,2025-01-01 08:00,1.00,,\n2,C,X,1,2025-01-01 08:00,1.00,,\n"
        );
        var (exitCode, output, _) = await _pos.RunAsync("replay", file, "--to", ingest.Url);

        Assert.Equal(ExitCodes.SomeRejected, exitCode);
        Assert.Contains("1 lines accepted, 2 rows rejected", output, StringComparison.Ordinal);
        var rejects = await File.ReadAllLinesAsync(Path.Combine(_pos.Folder, "till.rejects.csv"));
        Assert.Equal(["3", "4"], rejects.Skip(1).Select(line => line.Split(',')[0]));
        Assert.All(rejects.Skip(1), line => Assert.Contains("out_of_range", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Resume_sends_only_the_purchases_that_a_failing_target_did_not_accept()
    {
        await using var ingest = await ScriptedIngest.StartAsync();
        ingest.Script = (post, _) => post >= 5 ? Results.StatusCode(StatusCodes.Status413PayloadTooLarge) : null;
        var rows = Rows(2_000);
        var file = Csv(rows);
        var (exitCode, _, errors) = await _pos.RunAsync(
            "replay",
            file,
            "--to",
            ingest.Url,
            "--batch",
            "5",
            "--concurrency",
            "1"
        );
        Assert.Equal(ExitCodes.Unavailable, exitCode);
        Assert.Contains("413", errors, StringComparison.Ordinal);
        Assert.Contains("--resume", errors, StringComparison.Ordinal);
        var before = ingest.Accepted.Count;
        Assert.Equal(25, before);

        ingest.Script = (_, _) => null;
        var (resumed, output, _) = await _pos.RunAsync("replay", file, "--to", ingest.Url, "--resume");
        Assert.Equal(ExitCodes.Done, resumed);
        Assert.Contains("2,000 rows", output, StringComparison.Ordinal);
        AssertSame(rows, ingest.Accepted);
        Assert.Equal(ingest.Accepted.Distinct().Count(), ingest.Accepted.Count);
    }

    [Fact]
    public async Task A_killed_replay_is_resumed_without_a_gap()
    {
        await using var ingest = await ScriptedIngest.StartAsync();
        var halfway = new TaskCompletionSource();
        ingest.Script = (post, _) =>
        {
            if (post == 40)
                halfway.TrySetResult();
            return null;
        };
        var rows = Rows(3_000);
        var file = Csv(rows);
        using (var replay = _pos.Start("replay", file, "--to", ingest.Url, "--batch", "2", "--rate", "1500"))
        {
            await halfway.Task.WaitAsync(TimeSpan.FromSeconds(60));
            replay.Kill();
            await replay.WaitForExitAsync();
        }
        Assert.InRange(ingest.Accepted.Sum(purchase => purchase.Lines.Count), 1, 2_999);

        var (exitCode, _, _) = await _pos.RunAsync("replay", file, "--to", ingest.Url, "--resume");
        Assert.Equal(ExitCodes.Done, exitCode);
        AssertSame(rows, ingest.Accepted.DistinctBy(purchase => (purchase.PurchaseId, purchase.Lines[0].Line)));
    }

    [Fact]
    public async Task Shift_to_now_moves_the_newest_purchase_to_the_current_time()
    {
        await using var ingest = await ScriptedIngest.StartAsync();
        var file = _pos.FileOf(
            "till.csv",
            Header
                + "1,A,X,1,2010-12-01 08:00,1.00,,\n2,B,X,1,2010-12-03 09:30,1.00,,\n3,C,X,1,2010-12-02 08:00,1.00,,\n"
        );
        var before = TimeProvider.System.GetUtcNow();
        await _pos.RunAsync("replay", file, "--to", ingest.Url, "--shift-to-now");

        var times = ingest.Accepted.ToDictionary(purchase => purchase.PurchaseId, purchase => purchase.PurchasedAt);
        Assert.InRange(times["2"], before.AddSeconds(-1), TimeProvider.System.GetUtcNow());
        Assert.Equal(new TimeSpan(49, 30, 0), times["2"] - times["1"]);
    }

    [Theory]
    [InlineData("empty.csv", "", "is empty")]
    [InlineData("columns.csv", "InvoiceNo,Description\n1,X\n", "the column product_id is missing")]
    [InlineData("binary.csv", "InvoiceNo\0\u0001\u0002", "is not text")]
    public async Task An_invalid_file_is_named_with_the_reason(string name, string text, string reason)
    {
        await using var ingest = await ScriptedIngest.StartAsync();
        var (exitCode, _, errors) = await _pos.RunAsync("replay", _pos.FileOf(name, text), "--to", ingest.Url);
        Assert.Equal(ExitCodes.Unusable, exitCode);
        Assert.Contains(name, errors, StringComparison.Ordinal);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.Equal(0, ingest.Posts);
    }

    [Fact]
    public async Task A_directory_and_a_missing_file_are_named()
    {
        var (directory, _, directoryError) = await _pos.RunAsync("replay", _pos.Folder);
        var (missing, _, missingError) = await _pos.RunAsync("replay", "nowhere.csv");
        Assert.Equal((ExitCodes.Unusable, ExitCodes.Unusable), (directory, missing));
        Assert.Contains("is a directory", directoryError, StringComparison.Ordinal);
        Assert.Contains("nowhere.csv", missingError, StringComparison.Ordinal);
    }

    private string Csv(IReadOnlyList<TillRow> rows)
    {
        using var text = new StringWriter();
        GenerateCommand.Write(rows, text);
        return _pos.FileOf("till.csv", text.ToString());
    }

    private static List<TillRow> Rows(int rows) =>
        [.. new TillRowGenerator(rows, seed: 8, new DateOnly(2025, 1, 1), 365).Generate()];

    private static void AssertSame(IEnumerable<TillRow> rows, IEnumerable<Purchase> posts)
    {
        static string Text(string id, string product, string? description, int quantity, decimal price) =>
            FormattableString.Invariant($"{id}|{product}|{description}|{quantity}|{price:0.####}");
        Assert.Equal(
            rows.Select(row => Text(row.Invoice, row.StockCode, row.Description, row.Quantity, row.UnitPrice))
                .Order(StringComparer.Ordinal),
            posts
                .SelectMany(post =>
                    post.Lines.Select(line =>
                        Text(post.PurchaseId, line.ProductId, line.Description, line.Quantity, line.UnitPrice)
                    )
                )
                .Order(StringComparer.Ordinal)
        );
    }

    /// <summary>Asks the client to retry at once.</summary>
    private sealed class Busy(int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.Headers.RetryAfter = "0";
            return Task.CompletedTask;
        }
    }
}
