namespace Pos.Ui.Import;

/// <summary>What people read of a state.</summary>
internal static class ImportWords
{
    public static string Of(ImportState state) =>
        state switch
        {
            ImportState.Waiting => "Not started",
            ImportState.Running => "Running",
            ImportState.Paused => "Paused",
            ImportState.Interrupted => "Interrupted",
            ImportState.Cancelled => "Cancelled",
            ImportState.Unusable => "Ended early",
            _ => "Done",
        };

    public static string Told(ImportStatus status, string name) =>
        status.State switch
        {
            ImportState.Waiting => "Nothing is sent yet.",
            ImportState.Running => "It goes on when you leave this page; come back by its address.",
            ImportState.Paused => "It goes on from here.",
            ImportState.Interrupted => $"{status.Reason} It can go on from here.",
            ImportState.Cancelled => "What was sent stays. Import the file again to send the rest.",
            ImportState.Unusable => status.Reason ?? "The file cannot be read any further.",
            _ when status.Totals.RejectedRows > 0 =>
                $"Mend the rejected rows in {name} and import it again: what is there already is not doubled.",
            _ => "All rows are on their way to the stores.",
        };
}
