using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Pos.Contracts.Http;
using Pos.Contracts.Processor;

namespace Pos.Ui.Quarantine;

public sealed partial class MendEditor(ProcessorClient processor, IJSRuntime script, TimeProvider time)
    : IAsyncDisposable
{
    private const int MostRows = 24;

    private static readonly TimeSpan s_writing = TimeSpan.FromMilliseconds(300);
    private static readonly JsonWriterOptions s_layout = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private CancellationTokenSource _validating = new();
    private ElementReference _area;
    private IJSObjectReference? _module;
    private string _start = "";
    private string _text = "";
    private Answer<TextValidation>? _validation;
    private IReadOnlyList<TextPlace?> _places = [];
    private bool _isBusy;
    private Failure? _refusal;

    [Parameter, EditorRequired]
    public required QuarantineView Entry { get; set; }

    /// <summary>Its bytes as text.</summary>
    [Parameter, EditorRequired]
    public required string Text { get; set; }

    [Parameter]
    public EventCallback<ClosedEntry> OnReplayed { get; set; }

    private bool CanReplay => !_isBusy && _validation?.Value is { Valid: true };

    private int Rows => Math.Clamp(_text.AsSpan().Count('\n') + 2, 6, MostRows);

    public async ValueTask DisposeAsync()
    {
        await _validating.CancelAsync();
        _validating.Dispose();
        try
        {
            if (_module is not null)
                await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The visitor has left, and the script with them.
        }
    }

    protected override async Task OnInitializedAsync()
    {
        _text = _start = LaidOut(Text);
        await ValidateAsync();
    }

    private async Task EditAsync(ChangeEventArgs edit)
    {
        (_text, _refusal) = (edit.Value as string ?? "", null);
        await ValidateAfterAsync(s_writing);
    }

    private async Task StartAgainAsync()
    {
        (_text, _refusal) = (_start, null);
        await ValidateAsync();
    }

    private Task ValidateAsync() => ValidateAfterAsync(TimeSpan.Zero);

    /// <summary>Validates what is written when its writer pauses; writing on cancels it.</summary>
    private async Task ValidateAfterAsync(TimeSpan pause)
    {
        await _validating.CancelAsync();
        _validating.Dispose();
        _validating = new();
        var (cancellationToken, text) = (_validating.Token, _text);
        _validation = null;
        try
        {
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, time, cancellationToken);
            var validation = await processor.ValidateAsync(Entry.Summary.Id, text, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            _places = ErrorPlaces.Find(text, validation.Value?.Errors ?? []);
            _validation = validation;
        }
        catch (OperationCanceledException)
        {
            // Another text is validated now, or the visitor has left.
        }
    }

    private async Task ReplayAsync()
    {
        (_isBusy, _refusal) = (true, null);
        var asItIs = _text == _start && Entry.Errors is [];
        var answer = await processor.RetryAsync(Entry.Summary.Id, asItIs ? null : _text, CancellationToken.None);
        (_isBusy, _refusal) = (false, answer.Failure);
        if (answer.Value is { } closed)
            await OnReplayed.InvokeAsync(closed);
    }

    private async Task ShowAsync(TextPlace place)
    {
        _module ??= await script.InvokeAsync<IJSObjectReference>("import", "./Quarantine/MendEditor.razor.js");
        await _module.InvokeVoidAsync("select", _area, place.Start, place.Start + place.Length);
    }

    /// <summary>A JSON text in lines, each number as it is written; any other text as it is.</summary>
    private static string LaidOut(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer, s_layout))
                json.WriteTo(writer);
            return Encoding.UTF8.GetString(buffer.ToArray()).ReplaceLineEndings("\n");
        }
        catch (Exception notJson) when (notJson is JsonException or InvalidOperationException)
        {
            return text;
        }
    }
}
