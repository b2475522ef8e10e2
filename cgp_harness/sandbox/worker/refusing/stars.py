"""What `from … import *` gives of the packages that have a stand-in."""

STARS = {
    "IPython": "display get_ipython",
    "IPython.display": """
        Audio Code DisplayHandle DisplayObject FileLink FileLinks GeoJSON HTML IFrame Image JSON
        Javascript Latex Markdown Math Pretty ProgressBar SVG ScribdDocument TextDisplayObject
        Video YouTubeVideo clear_output display display_html display_latex display_markdown
        display_png display_pretty display_svg publish_display_data set_matplotlib_formats
        update_display
    """,
    "google.colab": "auth data_table drive files output runtime userdata",
    "ipywidgets": """
        Accordion BoundedFloatText BoundedIntText Box Button Checkbox ColorPicker Combobox
        DatePicker Dropdown FileUpload FloatLogSlider FloatProgress FloatRangeSlider FloatSlider
        FloatText GridBox GridspecLayout HBox HTML HTMLMath Image IntProgress IntRangeSlider
        IntSlider IntText Label Layout Output Password Play RadioButtons Select SelectMultiple
        SelectionSlider Tab Text Textarea ToggleButton ToggleButtons VBox Valid Widget fixed
        interact interact_manual interactive interactive_output jslink link widgets
    """,
}
