using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pos.Tests.Cli;
using Pos.Ui.Import;
using Xunit;

namespace Pos.Tests.Ui.Import;

/// <summary>Imports on the server, and an ingest that answers as it is told.</summary>
[SystemTest]
public sealed class ImportsTests
{
    private const string Header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

    [Fact]
    public async Task A_files_rows_are_sent_and_the_bad_ones_are_in_the_rejects()
    {
        await using var ingest = await ScriptedIngest.StartAsync();
        await using var imports = Imports(ingest);
        var import = await ReceiveAsync(
            imports,
            Rows(40) + "bad,85123A,=HYPERLINK,0,2010-12-01 08:26,2.55,17850,France\n"
        );
        Assert.Equal((ImportState.Waiting, 0), (import.Status.State, ingest.Posts));

        Assert.True(imports.TryStart(import, null, "EUR"));
        await import.Running;

        Assert.Equal(
            (ImportState.Done, 41, 40, 1),
            (
                import.Status.State,
                import.Status.Totals.Rows,
                import.Status.Totals.Lines,
                import.Status.Totals.RejectedRows
            )
        );
        Assert.Equal(40, ingest.Accepted.Count);
        Assert.All(ingest.Accepted, purchase => Assert.Equal("EUR", purchase.Currency));
        Assert.StartsWith(
            "42,\"quantity: ",
            (await File.ReadAllLinesAsync(import.RejectsPath))[1],
            StringComparison.Ordinal
        );
        Assert.False(imports.TryStart(import, null, "EUR") && import.Status.State is not ImportState.Done);
    }

    [Fact]
    public async Task A_pause_keeps_what_is_settled_and_going_on_sends_the_rest()
    {
        await using var ingest = await ScriptedIngest.StartAsync();
        await using var imports = Imports(ingest);
        var import = await ReceiveAsync(imports, Rows(60));
        imports.TryStart(import, 20, "GBP"); // ten rows at once, then half a second
        await Wait.UntilAsync(() => import.Status.Totals.Rows > 0);

        import.Pause();
        await import.Running;
        var (paused, sent) = (import.Status, ingest.Posts);
        Assert.Equal(ImportState.Paused, paused.State);
        Assert.InRange(paused.Totals.Rows, 1, 59);
        Assert.True(paused.CanGoOn);

        imports.TryStart(import, null, "GBP");
        await import.Running;
        Assert.Equal(
            (ImportState.Done, 60, 60),
            (import.Status.State, import.Status.Totals.Rows, import.Status.Totals.Lines)
        );
        Assert.True(ingest.Posts > sent);
        Assert.Equal(60, ingest.Accepted.Select(purchase => purchase.PurchaseId).Distinct().Count());
    }

    [Fact]
    public async Task A_target_that_does_not_take_it_interrupts_an_import_which_can_go_on()
    {
        await using var ingest = await ScriptedIngest.StartAsync();
        await using var imports = Imports(ingest);
        ingest.Script = (_, _) => Results.StatusCode(StatusCodes.Status403Forbidden);
        var import = await ReceiveAsync(imports, Rows(3));
        imports.TryStart(import, null, "GBP");
        await import.Running;
        Assert.Equal(ImportState.Interrupted, import.Status.State);
        Assert.Contains("403", import.Status.Reason, StringComparison.Ordinal);

        ingest.Script = (_, _) => null;
        imports.TryStart(import, null, "GBP");
        await import.Running;
        Assert.Equal((ImportState.Done, 3), (import.Status.State, import.Status.Totals.Lines));
    }

    [Fact]
    public async Task A_cancelled_import_sends_no_more_and_its_file_is_gone()
    {
        await using var ingest = await ScriptedIngest.StartAsync();
        await using var imports = Imports(ingest);
        var import = await ReceiveAsync(imports, Rows(60));
        imports.TryStart(import, 20, "GBP");
        await Wait.UntilAsync(() => import.Status.Totals.Rows > 0);
        import.Cancel();
        await import.Running;

        Assert.Equal(ImportState.Cancelled, import.Status.State);
        Assert.False(import.Status.CanGoOn);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(import.RejectsPath)!, "*.csv"));
        var sent = ingest.Posts;
        imports.TryStart(import, null, "GBP");
        Assert.Equal((ImportState.Cancelled, sent), (import.Status.State, ingest.Posts));
    }

    [Fact]
    public async Task A_file_that_breaks_off_is_sent_as_far_as_it_can_be_read_and_the_reason_names_it()
    {
        await using var ingest = await ScriptedIngest.StartAsync();
        await using var imports = Imports(ingest);
        var import = await ReceiveAsync(imports, Rows(3) + "4,\"never ends,1\n");
        Assert.Null(import.Preview.Problem);
        imports.TryStart(import, null, "GBP");
        await import.Running;
        Assert.Equal(
            (ImportState.Unusable, "till.csv, row 5: a quoted field begins here and never ends"),
            (import.Status.State, import.Status.Reason)
        );
    }

    [Fact]
    public async Task Only_so_many_run_at_once_and_only_so_many_are_remembered()
    {
        await using var ingest = await ScriptedIngest.StartAsync();
        await using var imports = Imports(ingest);
        var running = await ReceiveAsync(imports, Rows(60));
        Assert.True(imports.TryStart(running, 1, "GBP"));
        var waiting = await ReceiveAsync(imports, Rows(1));
        Assert.False(imports.TryStart(waiting, null, "GBP"));
        Assert.Equal(ImportState.Waiting, waiting.Status.State);

        var third = await ReceiveAsync(imports, Rows(1));
        Assert.Null(imports.Find(waiting.Id));
        Assert.Equal([third, running], imports.Recent);
        running.Cancel();
        await running.Running;
        Assert.False(imports.TryStart(waiting, null, "GBP"));
        Assert.True(imports.TryStart(third, null, "GBP"));
        await third.Running;
    }

    [Fact]
    public async Task Imports_end_with_the_app_and_leave_nothing_behind()
    {
        await using var ingest = await ScriptedIngest.StartAsync();
        var imports = Imports(ingest);
        var import = await ReceiveAsync(imports, Rows(60));
        imports.TryStart(import, 1, "GBP");
        await imports.DisposeAsync();
        Assert.Equal(ImportState.Cancelled, import.Status.State);
        Assert.False(Directory.Exists(Path.GetDirectoryName(import.RejectsPath)));
    }

    [Fact]
    public async Task The_beginning_of_a_file_is_shown_as_it_is_understood()
    {
        await using var ingest = await ScriptedIngest.StartAsync();
        await using var imports = Imports(ingest);
        var csv =
            "Qty,Invoice,Colour,SKU,Price,Date,Description\n1,a,red,p1,2.50,12/1/2010 8:26,Café\n0,a,red,p2,1,12/1/2010 8:26,\n3,a,red,p3,1,12/1/2010 8:26,\n";
        var import = await imports.ReceiveAsync(
            "till.csv",
            new MemoryStream(System.Text.Encoding.Latin1.GetBytes(csv)),
            CancellationToken.None
        );

        Assert.Equal("Windows-1252", import.Preview.Encoding);
        Assert.Equal(
            [
                "Qty=quantity",
                "Invoice=purchase_id",
                "Colour=",
                "SKU=product_id",
                "Price=unit_price",
                "Date=purchased_at",
                "Description=description",
            ],
            import.Preview.Columns.Select(column => $"{column.Name}={column.Field}")
        );
        Assert.Equal(
            [(2, "p1", ""), (3, "", "quantity"), (4, "p3", "")],
            import.Preview.Rows.Select(row =>
                ((int)row.Row, row.Purchase?.Lines[0].ProductId ?? "", row.Errors is [var error, ..] ? error.Field : "")
            )
        );
        Assert.Equal("Café", import.Preview.Rows[0].Purchase!.Lines[0].Description);
    }

    [Theory]
    [InlineData("", "till.csv: is empty; a header and rows are needed")]
    [InlineData(
        "InvoiceNo,Quantity\n1,2\n",
        "till.csv, row 1: the column product_id is missing; it may be named StockCode, Product_ID, SKU"
    )]
    public async Task A_file_that_cannot_be_imported_says_why_and_is_not_started(string csv, string problem)
    {
        await using var ingest = await ScriptedIngest.StartAsync();
        await using var imports = Imports(ingest);
        var import = await imports.ReceiveAsync(
            "till.csv",
            new MemoryStream(System.Text.Encoding.UTF8.GetBytes(csv)),
            CancellationToken.None
        );
        Assert.StartsWith(problem, import.Preview.Problem, StringComparison.Ordinal);
        imports.TryStart(import, null, "GBP");
        Assert.Equal(ImportState.Waiting, import.Status.State);
    }

    private static Imports Imports(ScriptedIngest ingest) =>
        new(
            new Target(ingest.Url),
            Options.Create(new ImportOptions { MaximumRunning = 1, MaximumKept = 2 }),
            TimeProvider.System,
            NullLogger<Imports>.Instance
        );

    private static Task<FileImport> ReceiveAsync(Imports imports, string rows) =>
        imports.ReceiveAsync(
            "till.csv",
            new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Header + rows)),
            CancellationToken.None
        );

    private static string Rows(int count) =>
        string.Concat(
            Enumerable.Range(1, count).Select(i => $"{i},85123A,HOLDER,6,2010-12-01 08:26,2.55,17850,France\n")
        );

    /// <summary>Takes every request there, as service discovery would.</summary>
    private sealed class Target(string url) : DelegatingHandler(new SocketsHttpHandler()), IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            request.RequestUri = new Uri(new Uri(url), request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
