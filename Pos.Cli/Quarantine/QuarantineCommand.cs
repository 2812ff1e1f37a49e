using System.CommandLine;
using System.CommandLine.Parsing;
using Pos.Contracts.Processor;

namespace Pos.Cli.Quarantine;

/// <summary>
/// <c>pos quarantine list|show|retry|discard</c>: manages records that the processor could not store.
/// </summary>
internal static class QuarantineCommand
{
    private const string LocalProcessor = "http://localhost:7103";

    public static Command Create()
    {
        var processor = new Option<Uri?>("--processor")
        {
            Description = $"URL of the processor. Default: the running AppHost's processor, or {LocalProcessor}.",
            CustomParser = ParseUrl,
            Recursive = true,
        };
        return new Command(
            "quarantine",
            "Lists, shows, corrects, retries and discards records that could not be stored. "
                + "Exit codes: 0 done, 1 invalid arguments, 2 rejected, 3 processor or a store unavailable."
        )
        {
            processor,
            List(processor),
            Show(processor),
            Retry(processor),
            Discard(processor),
        };
    }

    private static Command List(Option<Uri?> processor)
    {
        var reason = new Option<string?>("--reason")
        {
            Description = "List only entries with this reason, such as invalid_json.",
        };
        var state = new Option<string>("--state")
        {
            Description = "State of the entries: open, replayed, discarded or all.",
            DefaultValueFactory = _ => "open",
        };
        var all = new Option<bool>("--all") { Description = "List all entries instead of the newest 20." };
        var command = new Command("list", "Lists entries, newest first, and counts them by reason.")
        {
            reason,
            state,
            all,
        };
        command.SetAction(
            (arguments, cancel) =>
                RunAsync(
                    arguments.GetValue(processor),
                    client =>
                        new QuarantineConsole(client).ListAsync(
                            arguments.GetValue(reason),
                            arguments.GetRequiredValue(state),
                            arguments.GetValue(all),
                            cancel
                        ),
                    cancel
                )
        );
        return command;
    }

    private static Command Show(Option<Uri?> processor)
    {
        var id = Id();
        var raw = new Option<bool>("--raw")
        {
            Description =
                "Print only the original bytes, to correct them in a file: pos quarantine show ID --raw > fixed.json",
        };
        var command = new Command("show", "Shows an entry with its errors and bytes.") { id, raw };
        command.SetAction(
            (arguments, cancel) =>
                RunAsync(
                    arguments.GetValue(processor),
                    client =>
                        new QuarantineConsole(client).ShowAsync(
                            arguments.GetRequiredValue(id),
                            arguments.GetValue(raw),
                            cancel
                        ),
                    cancel
                )
        );
        return command;
    }

    private static Command Retry(Option<Uri?> processor)
    {
        var id = Id();
        id.Arity = ArgumentArity.ZeroOrOne;
        var file = new Option<FileInfo?>("--file")
        {
            Description = "File with the corrected text. Default: the original bytes.",
        };
        var reason = new Option<string?>("--reason")
        {
            Description = "Retry every open entry with this reason, unchanged.",
        };
        var all = new Option<bool>("--all") { Description = "Retry every open entry, unchanged." };
        var command = new Command(
            "retry",
            "Writes an entry, corrected or unchanged, to the stores at its position in the stream. "
                + "Repeating it changes nothing."
        )
        {
            id,
            file,
            reason,
            all,
        };
        command.Aliases.Add("replay"); // Its name until 0.2.
        command.Validators.Add(result =>
        {
            var given =
                (result.GetValue(id) is null ? 0 : 1)
                + (result.GetValue(reason) is null ? 0 : 1)
                + (result.GetValue(all) ? 1 : 0);
            if (given != 1)
                result.AddError("retry takes an ID, --reason or --all.");
            else if (result.GetValue(file) is not null && result.GetValue(id) is null)
                result.AddError("--file needs an ID.");
        });
        command.SetAction(
            (arguments, cancel) =>
                RunAsync(
                    arguments.GetValue(processor),
                    async client =>
                    {
                        var console = new QuarantineConsole(client);
                        if (arguments.GetValue(id) is not { } entry)
                            return await console.RetryAllAsync(arguments.GetValue(reason), cancel);
                        var text = arguments.GetValue(file) is { } corrected
                            ? await File.ReadAllTextAsync(corrected.FullName, cancel)
                            : null;
                        return await console.RetryAsync(entry, text, cancel);
                    },
                    cancel
                )
        );
        return command;
    }

    private static Command Discard(Option<Uri?> processor)
    {
        var id = Id();
        var note = new Option<string>("--note")
        {
            Description = "Reason for the discard, 1 to 500 characters.",
            Required = true,
        };
        var command = new Command("discard", "Closes an entry without storing it. Its bytes are kept.") { id, note };
        command.SetAction(
            (arguments, cancel) =>
                RunAsync(
                    arguments.GetValue(processor),
                    client =>
                        new QuarantineConsole(client).DiscardAsync(
                            arguments.GetRequiredValue(id),
                            arguments.GetRequiredValue(note),
                            cancel
                        ),
                    cancel
                )
        );
        return command;
    }

    private static Argument<string> Id() => new("ID") { Description = "Id of the entry, from \"list\"." };

    private static async Task<int> RunAsync(
        Uri? processor,
        Func<ProcessorClient, Task<int>> run,
        CancellationToken cancellationToken
    )
    {
        using var http = new HttpClient
        {
            BaseAddress = processor ?? new Uri(Endpoints.Find("processor") ?? LocalProcessor),
        };
        try
        {
            return await run(new(http));
        }
        catch (QuarantineException failure)
        {
            Console.Error.WriteLine(failure.Message);
            foreach (var error in failure.Errors)
                Console.Error.WriteLine($"  {QuarantineConsole.Describe(error)}");
            return failure.ExitCode;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(error.Message);
            return ExitCodes.Unusable;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Cancelled;
        }
    }

    private static Uri? ParseUrl(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            result.AddError($"--processor takes a URL such as {LocalProcessor}, not '{text}'.");
        return url;
    }
}
