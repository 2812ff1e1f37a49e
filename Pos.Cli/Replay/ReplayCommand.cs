using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Pos.Contracts;
using Pos.Import;
using Pos.Import.Csv;

namespace Pos.Cli.Replay;

/// <summary><c>pos replay FILE</c>: sends a till's CSV to ingest.</summary>
internal static class ReplayCommand
{
    private const string LocalIngest = "http://localhost:7101";

    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A CSV with a row per purchase line." };
        var to = new Option<Uri?>("--to")
        {
            Description = $"Ingest's URL; if not given, the running AppHost's, else {LocalIngest}.",
            CustomParser = ParseUrl,
        };
        var rate = new Option<double>("--rate")
        {
            HelpName = "N/s",
            Description = "At most so many rows a second; as fast as the target takes them if not given.",
            CustomParser = ParseRate,
        };
        var batch = new Option<int>("--batch")
        {
            HelpName = "N",
            Description = $"Purchases in a request, 1–{PurchaseLimits.MaxRequestPurchases}.",
            DefaultValueFactory = _ => 250,
        };
        var concurrency = new Option<int>("--concurrency")
        {
            HelpName = "N",
            Description = "Requests under way at once, 1–64.",
            DefaultValueFactory = _ => 4,
        };
        var resume = new Option<bool>("--resume")
        {
            Description = "Go on where the last replay of this file to this target stopped.",
        };
        var shift = new Option<bool>("--shift-to-now")
        {
            Description = "Move all times by the same span, so that the newest is now.",
        };
        var currency = new Option<string>("--currency")
        {
            Description = "ISO 4217 code for rows that name none.",
            DefaultValueFactory = _ => PurchaseRules.UsualCurrency,
        };
        var rejects = new Option<FileInfo?>("--rejects")
        {
            Description = "Where refused rows go; NAME.rejects.csv in this folder if not given.",
        };
        Require(batch, 1, PurchaseLimits.MaxRequestPurchases);
        Require(concurrency, 1, 64);

        var command = new Command(
            "replay",
            "Sends a CSV of purchases to ingest: 0 all accepted, 1 unusable file, 2 some rows rejected, 3 target away."
        )
        {
            file,
            to,
            rate,
            batch,
            concurrency,
            resume,
            shift,
            currency,
            rejects,
        };
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                var source = arguments.GetRequiredValue(file);
                var target = arguments.GetValue(to) ?? new Uri(Endpoints.Find("ingest") ?? LocalIngest);
                target = target.AbsolutePath == "/" ? new Uri(target, "/purchases") : target;
                var options = new ReplayOptions
                {
                    File = source,
                    LinesPerSecond = arguments.GetValue(rate),
                    PurchasesPerRequest = arguments.GetValue(batch),
                    Concurrency = arguments.GetValue(concurrency),
                    Resume = arguments.GetValue(resume),
                    ShiftToNow = arguments.GetValue(shift),
                    DefaultCurrency = arguments.GetRequiredValue(currency),
                    RejectsPath = arguments.GetValue(rejects)?.FullName
                        ?? Path.GetFullPath(Path.GetFileNameWithoutExtension(source.Name) + ".rejects.csv"),
                };
                return await RunAsync(options, target, cancellationToken);
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(ReplayOptions options, Uri target, CancellationToken cancellationToken)
    {
        var state = ReplayStateFile.Of(options.File, target);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = options.Concurrency })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        using var progress = new ReplayProgress(options, target);
        try
        {
            var totals = await new Replayer(
                options,
                new PurchaseSender(http, target),
                state,
                progress,
                TimeProvider.System
            ).RunAsync(cancellationToken);
            progress.Finish(totals);
            return totals.RejectedRows == 0 ? ExitCodes.Done : ExitCodes.SomeRejected;
        }
        catch (CsvFormatException error)
        {
            return progress.Fail(error.Message, ExitCodes.Unusable, state.Read());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return progress.Fail(error.Message, ExitCodes.Unusable, state.Read());
        }
        catch (TargetException error)
        {
            return progress.Fail(error.Message, ExitCodes.Unavailable, state.Read());
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return progress.Fail("Stopped.", ExitCodes.Cancelled, state.Read());
        }
    }

    private static void Require(Option<int> option, int least, int most) =>
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
                result.AddError($"{option.Name} is {least}–{most}, not {value}.");
        });

    private static Uri? ParseUrl(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            result.AddError($"--to takes a URL as {LocalIngest}, not '{text}'.");
        return url;
    }

    private static double ParseRate(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var number = text.EndsWith("/s", StringComparison.Ordinal) ? text[..^2] : text;
        if (
            !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate)
            || rate <= 0
        )
            result.AddError($"--rate takes rows a second, as 200/s, not '{text}'.");
        return rate;
    }
}
